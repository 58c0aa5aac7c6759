using SkillFactory.Tokenization.Patterns;

namespace SkillFactory.Tokenization.Splitting;

/// <summary>One step in which a tokenizer divides text into pieces, within which it merges.</summary>
public abstract record PieceStep;

/// <summary>Cuts pieces at the matches of a pattern ("Split", "Digits", the pattern of "ByteLevel").</summary>
/// <param name="Pattern">What to find.</param>
/// <param name="Delimiter">What becomes of the matches.</param>
/// <param name="Invert">Whether the text between the matches is treated as the matches, and the reverse.</param>
public sealed record SplitStep(CodePointPattern Pattern, DelimiterUse Delimiter = DelimiterUse.Isolated, bool Invert = false) : PieceStep;

/// <summary>Puts a character before a piece that does not begin with it ("add_prefix_space").</summary>
/// <param name="Prefix">The character.</param>
/// <param name="OnlyAtStart">Whether only the piece at the start of the text gets it.</param>
public sealed record PrefixStep(char Prefix, bool OnlyAtStart = false) : PieceStep;

/// <summary>Replaces each space by a visible character ("Metaspace").</summary>
public sealed record VisibleSpaceStep(char Replacement) : PieceStep;

/// <summary>What becomes of the matches of a split.</summary>
public enum DelimiterUse
{
    /// <summary>Each match is a piece.</summary>
    Isolated,

    /// <summary>Matches are left out.</summary>
    Removed,

    /// <summary>A match ends the piece before it.</summary>
    MergedWithPrevious,

    /// <summary>A match begins the piece after it.</summary>
    MergedWithNext,

    /// <summary>Adjacent matches are one piece.</summary>
    Contiguous,
}
