using SkillFactory.Core.YamlBinding;

namespace SkillFactory.Core.Sampling;

/// <summary>How tokens are sampled. The defaults leave the model's own distribution unchanged.</summary>
public sealed record Decoding
{
    /// <summary>Softmax temperature; 0 is greedy. Log-probabilities are taken after temperature and before top-p and top-k.</summary>
    [AtLeast(0)]
    public double Temperature { get; init; } = 1.0;

    /// <summary>Nucleus mass in (0, 1]; 1 disables it. The fewest likeliest tokens that reach the mass are kept; of equally likely ones
    /// those with lower ids.</summary>
    [Between(0, 1, ExcludesMinimum = true)]
    public double TopP { get; init; } = 1.0;

    /// <summary>Number of likeliest tokens kept, before top-p; of equally likely ones those with lower ids. 0 disables it.</summary>
    [AtLeast(0)]
    public int TopK { get; init; }

    /// <summary>Least probability of a token as a share of the likeliest one's, after top-k and top-p; 0 disables it.</summary>
    [Between(0, 1)]
    public double MinP { get; init; }

    /// <summary>Divides positive and multiplies negative logits of tokens already seen (Keskar et al. 2019); 1 disables it.</summary>
    [Above(0)]
    public double RepetitionPenalty { get; init; } = 1.0;

    /// <summary>Maximum number of tokens of a response, including the end token.</summary>
    [AtLeast(1)]
    public int MaxNewTokens { get; init; } = 256;

    /// <summary>Number of tokens before which no response ends: end tokens cannot be drawn, and stop texts are ignored.</summary>
    [AtLeast(0)]
    public int MinNewTokens { get; init; }

    /// <summary>Texts that end a response. The response keeps the text and the rest of the token that completes it.</summary>
    [Distinct]
    public IReadOnlyList<string> Stop { get; init; } = [];

    /// <summary>Most responses that a slot generates at a time; the next ones take the places of finished ones.</summary>
    [AtLeast(1)]
    public int MaxRows { get; init; } = 256;

    /// <summary>Most memory of a slot for keys and values, in GiB. Responses wait until there is room for one of full length.</summary>
    [Above(0)]
    public double CacheGiB { get; init; } = 4;
}
