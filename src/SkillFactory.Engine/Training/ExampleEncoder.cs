using SkillFactory.Core.Traces;
using SkillFactory.Engine.Models;
using SkillFactory.Tokenization;
using SkillFactory.Tokenization.Templates;

namespace SkillFactory.Engine.Training;

/// <summary>Tokenizes training examples.</summary>
public static class ExampleEncoder
{
    /// <summary>
    /// Tokenizes an example. The prompt is encoded separately, as for sampling (<see cref="EncodedPrompt"/>). Tags with which it opens the
    /// response are not repeated; they carry no loss, because the model never writes them. Adjacent segments with the same loss flag are
    /// joined, and each joined run is encoded separately. So no token crosses a change of the flag, and text with the same flag throughout
    /// gets the ids that the tokenizer gives the whole text. A change at a tag, which is always a token of its own, does not alter the ids.
    /// The sequence ends with the end token, which carries loss.
    /// </summary>
    public static EncodedExample EncodeExample(this ChatTemplate template, Tokenizer tokenizer, TrainingExample example)
    {
        var prompt = EncodedPrompt.Of(template, tokenizer, example.System, example.User);
        var segments = prompt.Opening.After(example.Segments);
        var tokens = new List<int>(prompt.Tokens);
        var loss = Enumerable.Repeat(false, tokens.Count).ToList();
        for (var i = 0; i < segments.Count; )
        {
            var start = i;
            while (i < segments.Count && segments[i].Loss == segments[start].Loss)
            {
                i++;
            }

            var ids = tokenizer.Encode(string.Concat(segments.Skip(start).Take(i - start).Select(s => s.Text)));
            tokens.AddRange(ids);
            loss.AddRange(Enumerable.Repeat(segments[start].Loss, ids.Length));
        }

        tokens.Add(template.EndTokenId(tokenizer));
        loss.Add(true);
        return new EncodedExample([.. tokens], [.. loss], prompt.Opening.Begins(string.Concat(example.Segments.Select(s => s.Text))));
    }
}
