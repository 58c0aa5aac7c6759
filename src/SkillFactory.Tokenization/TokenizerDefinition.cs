using SkillFactory.Tokenization.Normalizing;
using SkillFactory.Tokenization.Patterns;
using SkillFactory.Tokenization.Splitting;

namespace SkillFactory.Tokenization;

/// <summary>The content of a Hugging Face <c>tokenizer.json</c> for a BPE tokenizer that can spell any text: byte-level, or of characters
/// with byte fallback.</summary>
public sealed record TokenizerDefinition
{
    /// <summary>Ids by token. A byte-level vocabulary spells tokens in the byte alphabet. Added tokens may be missing here.</summary>
    public required IReadOnlyDictionary<string, int> Vocabulary { get; init; }

    /// <summary>Merges by rank. Lower ranks are applied first.</summary>
    public required IReadOnlyList<(string Left, string Right)> Merges { get; init; }

    /// <summary>Tokens that are matched in the text before it is split.</summary>
    public IReadOnlyList<AddedToken> AddedTokens { get; init; } = [];

    /// <summary>Changes to the text between added tokens, in order; none by default.</summary>
    public IReadOnlyList<NormalizerStep> Normalizers { get; init; } = [];

    /// <summary>How text is divided into pieces, in order. Merges never cross pieces.</summary>
    public IReadOnlyList<PieceStep> Pieces { get; init; } = [];

    /// <summary>Whether a piece that is in the vocabulary becomes that token without merging (Llama 3).</summary>
    public bool IgnoreMerges { get; init; }

    /// <summary>Whether merging starts from characters, and only a character that is not in the vocabulary is spelled in bytes
    /// (<c>&lt;0x0A&gt;</c>; Llama 2). False for a byte-level vocabulary, where merging starts from bytes.</summary>
    public bool ByteFallback { get; init; }

    /// <summary>How decoded text differs from the tokens' own.</summary>
    public TokenText Decoding { get; init; } = new([], 0);
}

/// <summary>How a tokenizer with byte fallback turns tokens into text.</summary>
/// <param name="Replaced">Replacements in each token, such as "▁" by a space.</param>
/// <param name="SpacesCut">The most spaces that are cut at the start of the text.</param>
public sealed record TokenText(IReadOnlyList<(CodePointPattern Pattern, string Content)> Replaced, int SpacesCut);
