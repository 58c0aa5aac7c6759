namespace SkillFactory.Engine.Training;

/// <summary>A tokenized training example.</summary>
/// <param name="Tokens">Ids of prompt, response and end token.</param>
/// <param name="Loss">Per token, whether it carries loss: false for the whole prompt, true for the end token.</param>
public sealed record EncodedExample(int[] Tokens, bool[] Loss);
