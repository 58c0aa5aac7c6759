using SkillFactory.Core.Traces;
using SkillFactory.Tokenization;
using SkillFactory.Tokenization.Templates;

namespace SkillFactory.Engine.Models;

/// <summary>A prompt as the model reads it.</summary>
/// <param name="Tokens">Token ids up to where the model continues.</param>
/// <param name="Opening">The start of the response that these tokens already hold.</param>
public sealed record EncodedPrompt(int[] Tokens, ResponseOpening Opening)
{
    /// <summary>Encodes the prompt of one question. Sampling and training both do it here.</summary>
    /// <param name="system">System message; null for the template's default, if it has one.</param>
    public static EncodedPrompt Of(ChatTemplate template, Tokenizer tokenizer, string? system, string user)
    {
        var (text, generation) = template.RenderPrompt(system, user);
        return new EncodedPrompt(tokenizer.Encode(text), ResponseOpening.Of(text[generation..]));
    }
}
