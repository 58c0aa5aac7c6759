namespace SkillFactory.Tokenization;

/// <summary>What a byte-level BPE tokenizer is made of: the content of a Hugging Face <c>tokenizer.json</c>.</summary>
public sealed record TokenizerDefinition
{
    /// <summary>Token (in the byte alphabet) to id. Added tokens need not be in it.</summary>
    public required IReadOnlyDictionary<string, int> Vocabulary { get; init; }

    /// <summary>Merges by rank: the earlier, the sooner applied.</summary>
    public required IReadOnlyList<(string Left, string Right)> Merges { get; init; }

    /// <summary>Tokens matched in the text before anything else, whole.</summary>
    public IReadOnlyList<AddedToken> AddedTokens { get; init; } = [];

    /// <summary>Regular expressions that cut the text into pieces, applied one after the other; matches and what lies between them
    /// are pieces. Merges never cross pieces.</summary>
    public IReadOnlyList<string> SplitPatterns { get; init; } = [];

    /// <summary>A piece that is itself in the vocabulary becomes that token without merging (Llama 3).</summary>
    public bool IgnoreMerges { get; init; }

    /// <summary>Text is brought to Unicode normalization form C first (Qwen2).</summary>
    public bool Compose { get; init; }
}

/// <param name="Id">Token id.</param>
/// <param name="Content">The text it stands for.</param>
/// <param name="Special">Left out when decoding for people.</param>
/// <param name="Normalized">Looked for after normalization instead of before.</param>
public sealed record AddedToken(int Id, string Content, bool Special, bool Normalized = false);
