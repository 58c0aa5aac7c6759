namespace SkillFactory.Core.Sampling;

/// <summary>How tokens are drawn. Defaults are the identity: the model's own distribution.</summary>
public sealed record Decoding
{
    /// <summary>Softmax temperature; 0 is greedy. Log-probabilities are always taken after temperature and before the cuts.</summary>
    public double Temperature { get; init; } = 1.0;

    /// <summary>Nucleus mass in (0, 1]; 1 is off.</summary>
    public double TopP { get; init; } = 1.0;

    /// <summary>Number of likeliest tokens kept; 0 is off.</summary>
    public int TopK { get; init; }

    /// <summary>Divides positive and multiplies negative logits of tokens already seen (Keskar et al. 2019); 1 is off.</summary>
    public double RepetitionPenalty { get; init; } = 1.0;

    /// <summary>Most tokens of a response, the end token included.</summary>
    public int MaxNewTokens { get; init; } = 256;
}
