using System.Numerics;
using System.Runtime.InteropServices;

namespace SkillFactory.Engine.Sampling.Drawing;

/// <summary>
/// Selects the k largest logits in one pass: a heap holds the best so far, and blocks whose maximum does not exceed the worst of them are
/// skipped. Of equal logits the one with the lower id is the larger. Not thread-safe.
/// </summary>
internal sealed class TopTokens(int count)
{
    private const int Block = 64;
    private readonly float[] _values = new float[count];
    private readonly int[] _ids = new int[count];

    /// <summary>The selected tokens in ascending order.</summary>
    public ReadOnlySpan<int> Ids => _ids;

    /// <summary>Their logits.</summary>
    public ReadOnlySpan<float> Values => _values;

    /// <param name="logits">At least k.</param>
    public void Select(ReadOnlySpan<float> logits)
    {
        for (var i = 0; i < count; i++)
        {
            (_values[i], _ids[i]) = (logits[i], i);
        }

        for (var i = (count / 2) - 1; i >= 0; i--)
        {
            SiftDown(i);
        }

        var at = count;
        for (; at % Block != 0 && at < logits.Length; at++)
        {
            Offer(logits[at], at);
        }

        for (; at <= logits.Length - Block; at += Block)
        {
            var block = logits.Slice(at, Block);
            if (Exceeds(block, _values[0]))
            {
                for (var i = 0; i < Block; i++)
                {
                    Offer(block[i], at + i);
                }
            }
        }

        for (; at < logits.Length; at++)
        {
            Offer(logits[at], at);
        }

        Array.Sort(_ids, _values);
    }

    private static bool Exceeds(ReadOnlySpan<float> block, float least)
    {
        var vectors = MemoryMarshal.Cast<float, Vector<float>>(block);
        var (a, b) = (vectors[0], vectors[1]);
        for (var i = 2; i < vectors.Length; i += 2)
        {
            a = Vector.Max(a, vectors[i]);
            b = Vector.Max(b, vectors[i + 1]);
        }

        return Vector.GreaterThanAny(Vector.Max(a, b), Vector.Create(least));
    }

    /// <summary>Takes a token that is larger than the smallest of the heap. Ids ascend, so an equal one is smaller.</summary>
    private void Offer(float value, int id)
    {
        if (value > _values[0])
        {
            (_values[0], _ids[0]) = (value, id);
            SiftDown(0);
        }
    }

    private void SiftDown(int at)
    {
        while (true)
        {
            var least = at;
            for (var child = (2 * at) + 1; child <= (2 * at) + 2 && child < count; child++)
            {
                least = IsSmaller(child, least) ? child : least;
            }

            if (least == at)
            {
                return;
            }

            (_values[at], _values[least]) = (_values[least], _values[at]);
            (_ids[at], _ids[least]) = (_ids[least], _ids[at]);
            at = least;
        }
    }

    private bool IsSmaller(int a, int b) => _values[a] < _values[b] || (_values[a] == _values[b] && _ids[a] > _ids[b]);
}
