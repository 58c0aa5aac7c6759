using SkillFactory.Tokenization.Templates;

namespace SkillFactory.Tokenization;

/// <summary>Settings of <see cref="TokenizerTrainer"/>.</summary>
public sealed record TokenizerTrainingOptions
{
    public const int DefaultVocabSize = 768;
    public const int DefaultLargestNumber = 199;

    /// <summary>Total number of tokens: 256 bytes, numbers, plain and special tokens; learned merges fill the rest. A text with too few
    /// repetitions gives fewer.</summary>
    public int VocabSize { get; init; } = DefaultVocabSize;

    /// <summary>Every integer from 0 to this one becomes a single token; at most 999. Small models learn arithmetic on numbers more easily
    /// than on digits.</summary>
    public int LargestNumber { get; init; } = DefaultLargestNumber;

    /// <summary>Texts, such as tags, that become single tokens and stay visible in decoded text; none by default.</summary>
    public IReadOnlyList<string> PlainTokens { get; init; } = [];

    /// <summary>Tokens that decoding may skip.</summary>
    public IReadOnlyList<string> SpecialTokens { get; init; } = [ChatMarkup.EndOfText, ChatMarkup.TurnStart, ChatMarkup.TurnEnd];

    /// <summary>Smallest number of occurrences for a pair to become a token.</summary>
    public int MinimumCount { get; init; } = 2;
}
