using SkillFactory.Engine.Models;

namespace SkillFactory.Engine.Tests.Models;

/// <summary>Rotary frequencies as Hugging Face's <c>modeling_rope_utils</c> computes them, step by step in its terms.</summary>
internal static class ReferenceRope
{
    /// <returns>inv_freq and attention_scaling.</returns>
    public static (double[] InvFreq, double AttentionScaling) Of(RopeScaling scaling, int dim, double theta)
    {
        var plain = Enumerable.Range(0, dim / 2).Select(i => 1 / Math.Pow(theta, 2.0 * i / dim)).ToArray();
        return scaling switch
        {
            PlainRope => (plain, 1),
            LinearRope linear => ([.. plain.Select(f => f / linear.Factor)], 1),
            Llama3Rope llama => ([.. plain.Select(f => Llama3(llama, f))], 1),
            YarnRope yarn => (Yarn(yarn, dim, theta), yarn.AttentionFactor),
            _ => throw new ArgumentOutOfRangeException(nameof(scaling)),
        };
    }

    private static double Llama3(Llama3Rope rope, double frequency)
    {
        var wavelength = 2 * Math.PI / frequency;
        var longest = rope.OriginalPositions / rope.HighFrequencyFactor;
        var shortest = rope.OriginalPositions / rope.LowFrequencyFactor;
        if (wavelength < longest)
        {
            return frequency;
        }

        if (wavelength > shortest)
        {
            return frequency / rope.Factor;
        }

        var smooth =
            ((rope.OriginalPositions / wavelength) - rope.LowFrequencyFactor) / (rope.HighFrequencyFactor - rope.LowFrequencyFactor);
        return ((1 - smooth) * frequency / rope.Factor) + (smooth * frequency);
    }

    private static double[] Yarn(YarnRope rope, int dim, double theta)
    {
        double CorrectionDim(double rotations) =>
            dim * Math.Log(rope.OriginalPositions / (rotations * 2 * Math.PI)) / (2 * Math.Log(theta));
        var (low, high) = (CorrectionDim(rope.BetaFast), CorrectionDim(rope.BetaSlow));
        if (rope.Truncate)
        {
            (low, high) = (Math.Floor(low), Math.Ceiling(high));
        }

        (low, high) = (Math.Max(low, 0), Math.Min(high, dim - 1));
        high += low == high ? 0.001 : 0;
        var result = new double[dim / 2];
        for (var i = 0; i < result.Length; i++)
        {
            var frequency = Math.Pow(theta, 2.0 * i / dim);
            var (extrapolation, interpolation) = (1 / frequency, 1 / (rope.Factor * frequency));
            var ramp = Math.Min(Math.Max((i - low) / (high - low), 0), 1);
            result[i] = (interpolation * ramp) + (extrapolation * (1 - ramp));
        }

        return result;
    }
}
