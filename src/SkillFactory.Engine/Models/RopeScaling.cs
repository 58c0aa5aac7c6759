namespace SkillFactory.Engine.Models;

/// <summary>
/// How rotary frequencies differ from θ^(−2i/hd), so that a model reads texts longer than those it was first trained on. The formulas are
/// those of Hugging Face's <c>modeling_rope_utils</c>.
/// </summary>
public abstract record RopeScaling
{
    /// <summary>Frequencies as they are.</summary>
    public static RopeScaling None { get; } = new PlainRope();

    /// <summary>Factor of the rotated queries and keys.</summary>
    public virtual double Magnitude => 1;

    /// <summary>The frequency of one pair of components, in radians per position.</summary>
    /// <param name="pair">Index of the pair, 0 … hd/2 − 1.</param>
    /// <param name="headDim">hd.</param>
    /// <param name="theta">Base of the frequencies.</param>
    public abstract double Frequency(int pair, int headDim, double theta);

    private protected static double Plain(int pair, int headDim, double theta) => Math.Pow(theta, -2.0 * pair / headDim);
}

/// <summary>Su et al. 2021: no scaling.</summary>
public sealed record PlainRope : RopeScaling
{
    public override double Frequency(int pair, int headDim, double theta) => Plain(pair, headDim, theta);
}

/// <summary>Chen et al. 2023: positions are divided by a factor.</summary>
public sealed record LinearRope(double Factor) : RopeScaling
{
    public override double Frequency(int pair, int headDim, double theta) => Plain(pair, headDim, theta) / Factor;
}

/// <summary>Llama 3.1: waves that are long compared with the original context are slowed by a factor, short ones are not, and those
/// between are interpolated.</summary>
/// <param name="Factor">By how much long waves are slowed.</param>
/// <param name="LowFrequencyFactor">Waves longer than the original context divided by this are long.</param>
/// <param name="HighFrequencyFactor">Waves shorter than the original context divided by this are short.</param>
/// <param name="OriginalPositions">The original context.</param>
public sealed record Llama3Rope(double Factor, double LowFrequencyFactor, double HighFrequencyFactor, int OriginalPositions) : RopeScaling
{
    public override double Frequency(int pair, int headDim, double theta)
    {
        var plain = Plain(pair, headDim, theta);
        var turns = OriginalPositions * plain / (2 * Math.PI);
        var kept = Math.Clamp((turns - LowFrequencyFactor) / (HighFrequencyFactor - LowFrequencyFactor), 0, 1);
        return ((1 - kept) * plain / Factor) + (kept * plain);
    }
}

/// <summary>YaRN (Peng et al. 2023): pairs that turn seldom within the original context are slowed by a factor, those that turn often are
/// not, with a ramp over the pairs between; and the rotated vectors are longer.</summary>
/// <param name="Factor">By how much slow pairs are slowed.</param>
/// <param name="OriginalPositions">The original context.</param>
/// <param name="BetaFast">Turns within the original context from which a pair is not slowed.</param>
/// <param name="BetaSlow">Turns up to which a pair is slowed fully.</param>
/// <param name="AttentionFactor">Factor of the rotated queries and keys.</param>
/// <param name="Truncate">Whether the ends of the ramp are whole pairs.</param>
public sealed record YarnRope(double Factor, int OriginalPositions, double BetaFast, double BetaSlow, double AttentionFactor, bool Truncate)
    : RopeScaling
{
    public override double Magnitude => AttentionFactor;

    /// <summary>The attention factor where the configuration names none.</summary>
    /// <param name="factor">The scaling factor.</param>
    /// <param name="scale">DeepSeek's <c>mscale</c>; 1 in the paper.</param>
    public static double AttentionFactorOf(double factor, double scale = 1) => factor <= 1 ? 1 : (0.1 * scale * Math.Log(factor)) + 1;

    public override double Frequency(int pair, int headDim, double theta)
    {
        double PairOf(double turns) => headDim * Math.Log(OriginalPositions / (turns * 2 * Math.PI)) / (2 * Math.Log(theta));
        var (first, last) = (PairOf(BetaFast), PairOf(BetaSlow));
        first = Math.Max(Truncate ? Math.Floor(first) : first, 0);
        last = Math.Min(Truncate ? Math.Ceiling(last) : last, headDim - 1);

        // A ramp without length would divide by 0.
        last = last == first ? first + 0.001 : last;
        var slowed = Math.Clamp((pair - first) / (last - first), 0, 1);
        var plain = Plain(pair, headDim, theta);
        return (plain / Factor * slowed) + (plain * (1 - slowed));
    }
}
