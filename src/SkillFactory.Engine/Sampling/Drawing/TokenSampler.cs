using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using SkillFactory.Core.Sampling;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Engine.Sampling.Drawing;

/// <summary>
/// Draws one token from a row of logits: repetition penalty, temperature, top-k, top-p, min-p, and the inverse of the cumulative
/// distribution, in ascending order of token ids, at one uniform number. Nothing is sorted but what top-k keeps. Managed code, because it
/// is several times faster on a CPU than tensor operations. Not thread-safe.
/// </summary>
/// <remarks>Top-k keeps exactly k tokens, and top-p the fewest that reach the mass; of equally likely tokens those with lower ids
/// stay.</remarks>
internal sealed class TokenSampler
{
    /// <summary>Tokens whose exponentials are summed in single precision.</summary>
    private const int Block = 1024;

    /// <summary>One of so many tokens is in the sample that guesses the nucleus, which needs so many to be worth it.</summary>
    private const int SampleStride = 64;

    private const int MinSample = 64;

    private readonly Decoding _decoding;
    private readonly float[] _changed;
    private readonly float[] _weights;
    private readonly double[] _blockMasses;
    private readonly TopTokens? _top;
    private readonly Nucleus _nucleus = new();
    private readonly int[] _ids;
    private readonly float[] _kept;

    public TokenSampler(int vocabSize, Decoding decoding)
    {
        _decoding = decoding;
        _changed = new float[vocabSize];
        _weights = new float[vocabSize + Vector<float>.Count];
        _blockMasses = new double[(vocabSize + Block - 1) / Block];
        _top = decoding.TopK > 0 && decoding.TopK < vocabSize ? new TopTokens(decoding.TopK) : null;
        _ids = new int[vocabSize];
        _kept = new float[vocabSize];
    }

    /// <param name="logits">[V]</param>
    /// <param name="uniform">In [0, 1).</param>
    /// <param name="seen">Different tokens of the prompt and the response so far, for the repetition penalty; empty when it is
    /// off.</param>
    /// <param name="banned">Tokens that cannot be drawn.</param>
    /// <exception cref="UserErrorException">The largest logit is not a finite number.</exception>
    public DrawnToken Draw(ReadOnlySpan<float> logits, double uniform, IReadOnlyList<int> seen, ReadOnlySpan<int> banned)
    {
        if (seen.Count > 0 || banned.Length > 0)
        {
            logits.CopyTo(_changed);
            Penalize(seen, banned);
            logits = _changed;
        }

        var largest = TensorPrimitives.Max(logits);
        if (!float.IsFinite(largest))
        {
            throw new UserErrorException(
                $"the model computed {largest} as its largest logit; its weights are damaged, or a training has diverged"
            );
        }

        var greedy = _decoding.Temperature == 0;
        var scale = greedy ? 1 : (float)(1 / _decoding.Temperature);
        var (sum, moment) = Exponentiate(logits, scale, largest * scale);
        var logSum = Math.Log(sum);
        var token =
            greedy ? TensorPrimitives.IndexOfMax(logits)
            : _top is null && _decoding is { TopP: 1, MinP: 0 } ? Invert(sum, uniform)
            : InvertKept(logits, sum, uniform);
        return new DrawnToken(token, (float)((logits[token] * scale) - (largest * scale) - logSum), logSum - (moment / sum));
    }

    private void Penalize(IReadOnlyList<int> seen, ReadOnlySpan<int> banned)
    {
        var penalty = (float)_decoding.RepetitionPenalty;
        for (var i = 0; i < seen.Count; i++)
        {
            ref var logit = ref _changed[seen[i]];
            logit = logit > 0 ? logit / penalty : logit * penalty;
        }

        foreach (var token in banned)
        {
            _changed[token] = float.NegativeInfinity;
        }
    }

    /// <summary>Sets the weights to e^(logit · scale − max), which are probabilities but for their sum.</summary>
    /// <returns>The sum of the weights, and the sum of weight · logarithm of the weight.</returns>
    private (double Sum, double Moment) Exponentiate(ReadOnlySpan<float> logits, float scale, float max)
    {
        var (factor, most, least) = (Vector.Create(scale), Vector.Create(max), Vector.Create(-200f));
        var width = Vector<float>.Count;
        Span<float> tail = stackalloc float[width];
        var (sum, moment) = (0.0, 0.0);
        for (var b = 0; b < _blockMasses.Length; b++)
        {
            var length = Math.Min(Block, logits.Length - (b * Block));
            var whole = length / width * width;
            var from = MemoryMarshal.Cast<float, Vector<float>>(logits.Slice(b * Block, whole));
            var to = MemoryMarshal.Cast<float, Vector<float>>(_weights.AsSpan(b * Block, (length + width - 1) / width * width));
            var (s0, s1, e0, e1) = (Vector<float>.Zero, Vector<float>.Zero, Vector<float>.Zero, Vector<float>.Zero);
            var i = 0;
            for (; i <= from.Length - 2; i += 2)
            {
                // A banned token has the weight 0, and 0 · −∞ is not a number.
                var (x0, x1) = (Vector.Max((from[i] * factor) - most, least), Vector.Max((from[i + 1] * factor) - most, least));
                var (w0, w1) = (VectorExp.Of(x0), VectorExp.Of(x1));
                (to[i], to[i + 1]) = (w0, w1);
                (s0, s1) = (s0 + w0, s1 + w1);
                (e0, e1) = (Vector.FusedMultiplyAdd(w0, x0, e0), Vector.FusedMultiplyAdd(w1, x1, e1));
            }

            for (; i < to.Length; i++)
            {
                Vector<float> x;
                if (i < from.Length)
                {
                    x = from[i];
                }
                else
                {
                    tail.Fill(float.NegativeInfinity);
                    logits.Slice((b * Block) + whole, length - whole).CopyTo(tail);
                    x = Vector.Create<float>(tail);
                }

                x = Vector.Max((x * factor) - most, least);
                var w = VectorExp.Of(x);
                to[i] = w;
                s0 += w;
                e0 = Vector.FusedMultiplyAdd(w, x, e0);
            }

            _blockMasses[b] = Vector.Sum(s0 + s1);
            sum += _blockMasses[b];
            moment += Vector.Sum(e0 + e1);
        }

        return (sum, moment);
    }

    /// <summary>The first token at which the cumulative weight exceeds its share of the sum.</summary>
    private int Invert(double sum, double uniform)
    {
        var target = uniform * sum;
        var (before, block) = (0.0, 0);
        while (block < _blockMasses.Length - 1 && before + _blockMasses[block] <= target)
        {
            before += _blockMasses[block++];
        }

        var end = Math.Min((block + 1) * Block, _changed.Length);
        var last = 0;
        for (var i = block * Block; i < end; i++)
        {
            if (_weights[i] > 0)
            {
                before += _weights[i];
                last = i;
                if (before > target)
                {
                    break;
                }
            }
        }

        // Rounding can leave the last sum at the target. When this block has no weight at all, an earlier one ends the distribution.
        return _weights[last] > 0 ? last : LastPossible(block * Block);
    }

    private int LastPossible(int end)
    {
        var i = end - 1;
        while (i > 0 && _weights[i] == 0)
        {
            i--;
        }

        return i;
    }

    /// <summary>The same for the tokens that top-k, top-p and min-p keep, in this order; top-p is a share of what top-k kept.</summary>
    private int InvertKept(ReadOnlySpan<float> logits, double sum, double uniform)
    {
        var count = 0;
        if (_top is not null)
        {
            _top.Select(logits);
            sum = 0;
            foreach (var id in _top.Ids)
            {
                (_ids[count], _kept[count]) = (id, _weights[id]);
                sum += _kept[count++];
            }
        }
        else
        {
            count = _decoding.TopP < 1 ? GatherNucleus(sum) : Gather((float)_decoding.MinP);
        }

        var (least, ties) = (0f, int.MaxValue);
        if (_decoding.TopP < 1)
        {
            (least, ties) = _nucleus.Find(_kept.AsSpan(0, count), Math.Min(_decoding.TopP * sum, Sum(count)));
        }

        var minimum = (float)_decoding.MinP;
        var kept = 0;
        for (var i = 0; i < count; i++)
        {
            var weight = _kept[i];
            if (weight >= minimum && weight > 0 && (weight > least || (weight == least && ties-- > 0)))
            {
                (_ids[kept], _kept[kept++]) = (_ids[i], weight);
            }
        }

        var target = uniform * Sum(kept);
        var cumulative = 0.0;
        for (var i = 0; i < kept; i++)
        {
            cumulative += _kept[i];
            if (cumulative > target)
            {
                return _ids[i];
            }
        }

        return _ids[kept - 1];
    }

    private double Sum(int count)
    {
        var sum = 0.0;
        foreach (var weight in _kept.AsSpan(0, count))
        {
            sum += weight;
        }

        return sum;
    }

    /// <summary>Copies tokens among which the whole nucleus is, with few others.</summary>
    private int GatherNucleus(double sum)
    {
        // The least weight of a sample's nucleus tells about where that of all tokens is.
        var sampled = 0;
        for (var i = 0; i < _changed.Length; i += SampleStride)
        {
            _kept[sampled++] = _weights[i];
        }

        var mass = Sum(sampled);
        if (sampled >= MinSample && mass > 0)
        {
            var count = Gather(_nucleus.Find(_kept.AsSpan(0, sampled), _decoding.TopP * mass).Least / 2);
            if (Sum(count) >= _decoding.TopP * sum)
            {
                return count;
            }
        }

        // Tokens below this weight have less than the mass that top-p leaves out, all of them together.
        return Gather((float)((1 - _decoding.TopP) * sum / _changed.Length * 0.999));
    }

    /// <summary>Copies the tokens of at least this weight, in ascending order.</summary>
    private int Gather(float least)
    {
        var count = 0;
        var vectors = MemoryMarshal.Cast<float, Vector<float>>(
            _weights.AsSpan(0, _weights.Length / Vector<float>.Count * Vector<float>.Count)
        );
        var bound = Vector.Create(least);
        for (var v = 0; v < vectors.Length; v++)
        {
            if (!Vector.GreaterThanOrEqualAny(vectors[v], bound))
            {
                continue;
            }

            var end = Math.Min((v + 1) * Vector<float>.Count, _changed.Length);
            for (var i = v * Vector<float>.Count; i < end; i++)
            {
                if (_weights[i] >= least)
                {
                    (_ids[count], _kept[count++]) = (i, _weights[i]);
                }
            }
        }

        return count;
    }
}
