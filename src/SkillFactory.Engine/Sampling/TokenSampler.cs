using System.Numerics.Tensors;
using SkillFactory.Core.Sampling;

namespace SkillFactory.Engine.Sampling;

/// <summary>Draws one token from a row of logits: repetition penalty, temperature, top-k, top-p, inverse CDF of one uniform number.
/// Managed code, because it is several times faster on a CPU than tensor operations. Not thread-safe.</summary>
internal sealed class TokenSampler(int vocabSize, Decoding decoding)
{
    private readonly float[] _scaled = new float[vocabSize];
    private readonly float[] _probabilities = new float[vocabSize];
    private readonly float[] _sorted = new float[vocabSize];

    /// <param name="logits">[V]</param>
    /// <param name="uniform">In [0, 1).</param>
    /// <param name="seen">Tokens of the prompt and the response so far, for the repetition penalty; empty when it is off.</param>
    /// <returns>The token, its log-probability, and the entropy (nats) of the distribution, both after temperature and before top-k and
    /// top-p. At temperature 0 the token is the first most likely one, and both figures are for temperature 1.</returns>
    public (int Token, float LogProb, double Entropy) Draw(ReadOnlySpan<float> logits, double uniform, ReadOnlySpan<int> seen)
    {
        var scaled = _scaled.AsSpan();
        var probabilities = _probabilities.AsSpan();
        logits.CopyTo(scaled);
        if (decoding.RepetitionPenalty != 1)
        {
            Penalize(scaled, seen, (float)decoding.RepetitionPenalty);
        }

        var greedy = decoding.Temperature == 0;
        if (!greedy && decoding.Temperature != 1)
        {
            TensorPrimitives.Multiply(scaled, (float)(1 / decoding.Temperature), scaled);
        }

        var max = TensorPrimitives.Max<float>(scaled);
        TensorPrimitives.Subtract(scaled, max, scaled);
        TensorPrimitives.Exp<float>(scaled, probabilities);
        var sum = TensorPrimitives.Sum<float>(probabilities);
        var logSum = MathF.Log(sum);
        var entropy = logSum - (TensorPrimitives.Dot<float>(probabilities, scaled) / sum);
        var token = greedy ? TensorPrimitives.IndexOfMax<float>(scaled) : Invert(probabilities, sum, uniform);
        return (token, scaled[token] - logSum, entropy);
    }

    private int Invert(Span<float> probabilities, float sum, double uniform)
    {
        if (decoding.TopK > 0 && decoding.TopK < probabilities.Length)
        {
            Cut(probabilities, Threshold(probabilities, decoding.TopK, double.PositiveInfinity));
            sum = TensorPrimitives.Sum<float>(probabilities);
        }

        if (decoding.TopP < 1)
        {
            Cut(probabilities, Threshold(probabilities, probabilities.Length, decoding.TopP * sum));
            sum = TensorPrimitives.Sum<float>(probabilities);
        }

        var target = uniform * sum;
        double cumulative = 0;
        var last = 0;
        for (var i = 0; i < probabilities.Length; i++)
        {
            if (probabilities[i] == 0)
            {
                continue;
            }

            cumulative += probabilities[i];
            last = i;
            if (cumulative > target)
            {
                return i;
            }
        }

        return last;
    }

    /// <summary>The smallest probability that is kept, when the most likely tokens are kept until there are <paramref name="count"/> or
    /// their sum reaches <paramref name="mass"/>.</summary>
    private float Threshold(ReadOnlySpan<float> probabilities, int count, double mass)
    {
        var sorted = _sorted.AsSpan();
        probabilities.CopyTo(sorted);
        sorted.Sort();
        double cumulative = 0;
        for (var i = sorted.Length - 1; i >= 0; i--)
        {
            cumulative += sorted[i];
            if (sorted.Length - i >= count || cumulative >= mass)
            {
                return sorted[i];
            }
        }

        return 0;
    }

    private static void Cut(Span<float> probabilities, float threshold)
    {
        foreach (ref var p in probabilities)
        {
            if (p < threshold)
            {
                p = 0;
            }
        }
    }

    private static void Penalize(Span<float> logits, ReadOnlySpan<int> seen, float penalty)
    {
        var done = new HashSet<int>();
        foreach (var token in seen)
        {
            if (done.Add(token))
            {
                logits[token] = logits[token] > 0 ? logits[token] / penalty : logits[token] * penalty;
            }
        }
    }
}
