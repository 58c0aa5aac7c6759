namespace SkillFactory.Engine.Training;

/// <summary>A tokenized training example.</summary>
/// <param name="Tokens">Ids of prompt, response and end token.</param>
/// <param name="Loss">Per token, whether it carries loss: false for the whole prompt, true for the end token.</param>
/// <param name="BeginsAsPrompt">False when the prompt opens the response with tags and the example's text does not begin with them; the
/// text then follows these tags as it is.</param>
public sealed record EncodedExample(int[] Tokens, bool[] Loss, bool BeginsAsPrompt);
