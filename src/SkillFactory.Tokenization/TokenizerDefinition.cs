namespace SkillFactory.Tokenization;

/// <summary>The content of a Hugging Face <c>tokenizer.json</c> for a byte-level BPE tokenizer.</summary>
public sealed record TokenizerDefinition
{
    /// <summary>Ids by token, spelled in the byte alphabet. Added tokens may be missing here.</summary>
    public required IReadOnlyDictionary<string, int> Vocabulary { get; init; }

    /// <summary>Merges by rank. Lower ranks are applied first.</summary>
    public required IReadOnlyList<(string Left, string Right)> Merges { get; init; }

    /// <summary>Tokens that are matched in the text before it is split.</summary>
    public IReadOnlyList<AddedToken> AddedTokens { get; init; } = [];

    /// <summary>Regular expressions that split the text into pieces, applied one after the other. Matches and the text between them become
    /// pieces. Merges never cross pieces.</summary>
    public IReadOnlyList<string> SplitPatterns { get; init; } = [];

    /// <summary>Whether a piece that is in the vocabulary becomes that token without merging (Llama 3).</summary>
    public bool IgnoreMerges { get; init; }

    /// <summary>Whether text is first normalized to Unicode form C (Qwen2).</summary>
    public bool Compose { get; init; }
}
