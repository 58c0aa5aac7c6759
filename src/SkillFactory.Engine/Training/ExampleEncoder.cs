using SkillFactory.Core.Traces;
using SkillFactory.Tokenization;

namespace SkillFactory.Engine.Training;

/// <summary>One tokenized training example.</summary>
/// <param name="Tokens">Ids of prompt, response and end token.</param>
/// <param name="Loss">Per token, whether predicting it carries loss; false for the whole prompt, true for the end token.</param>
public sealed record EncodedExample(int[] Tokens, bool[] Loss);

/// <summary>Turns training examples into token ids.</summary>
public static class ExampleEncoder
{
    /// <summary>
    /// Ids to train on. The prompt is encoded by itself, exactly as <see cref="ChatTemplate.EncodePrompt"/> does for sampling. Neighbouring segments that
    /// agree on loss are joined and each such run is encoded by itself, so that a token never straddles a change of loss, and text that
    /// carries loss throughout gets the very ids the tokenizer gives it as a whole. Where loss changes at a tag (a token of its own) the
    /// cut alters nothing. The end token follows with loss, and nothing after it: the model stops there when it samples.
    /// </summary>
    public static EncodedExample EncodeExample(this ChatTemplate template, Tokenizer tokenizer, TrainingExample example)
    {
        var tokens = new List<int>(template.EncodePrompt(tokenizer, example.System, example.User));
        var loss = Enumerable.Repeat(false, tokens.Count).ToList();
        for (var i = 0; i < example.Segments.Count; )
        {
            var start = i;
            while (i < example.Segments.Count && example.Segments[i].Loss == example.Segments[start].Loss)
            {
                i++;
            }

            var ids = tokenizer.Encode(string.Concat(example.Segments.Skip(start).Take(i - start).Select(s => s.Text)));
            tokens.AddRange(ids);
            loss.AddRange(Enumerable.Repeat(example.Segments[start].Loss, ids.Length));
        }

        tokens.Add(template.EndTokenId(tokenizer));
        loss.Add(true);
        return new EncodedExample([.. tokens], [.. loss]);
    }
}
