using SkillFactory.Core.YamlBinding;

namespace SkillFactory.Core.Sampling;

/// <summary>How tokens are sampled. The defaults leave the model's own distribution unchanged.</summary>
public sealed record Decoding
{
    /// <summary>Softmax temperature; 0 is greedy. Log-probabilities are taken after temperature and before top-p and top-k.</summary>
    [AtLeast(0)]
    public double Temperature { get; init; } = 1.0;

    /// <summary>Nucleus mass in (0, 1]; 1 disables it.</summary>
    [Between(0, 1, ExcludesMinimum = true)]
    public double TopP { get; init; } = 1.0;

    /// <summary>Number of likeliest tokens kept; 0 disables it.</summary>
    [AtLeast(0)]
    public int TopK { get; init; }

    /// <summary>Divides positive and multiplies negative logits of tokens already seen (Keskar et al. 2019); 1 disables it.</summary>
    [Above(0)]
    public double RepetitionPenalty { get; init; } = 1.0;

    /// <summary>Maximum number of tokens of a response, including the end token.</summary>
    [AtLeast(1)]
    public int MaxNewTokens { get; init; } = 256;
}
