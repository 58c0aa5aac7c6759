namespace SkillFactory.Engine.Pretraining;

/// <summary>The tokenizer to train.</summary>
public sealed record PretrainTokenizer
{
    /// <summary>Maximum vocabulary size, including added tokens.</summary>
    public int VocabSize { get; init; } = 768;

    /// <summary>Every integer from 0 to this one is a single token.</summary>
    public int LargestNumber { get; init; } = 199;

    /// <summary>Number of corpus documents to train it on.</summary>
    public int Documents { get; init; } = 20_000;
}
