using SkillFactory.Core.Traces;
using SkillFactory.Tokenization;
using SkillFactory.Tokenization.Templates;

namespace SkillFactory.Engine.Training;

/// <summary>Tokenizes training examples.</summary>
public static class ExampleEncoder
{
    /// <summary>
    /// Tokenizes an example. The prompt is encoded separately, exactly as <see cref="ChatTemplate.EncodePrompt"/> does for sampling.
    /// Adjacent segments with the same loss flag are joined, and each joined run is encoded separately. So no token crosses a change of the
    /// flag, and text with the same flag throughout gets the ids that the tokenizer gives the whole text. A change at a tag, which is
    /// always a token of its own, does not alter the ids. The sequence ends with the end token, which carries loss.
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
