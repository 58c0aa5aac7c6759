using System.Security.Cryptography;
using System.Text;

namespace SkillFactory.Core.Randomness;

/// <summary>
/// Keyed, counter-based randomness: every draw is a pure function of (key, counter), so results do not depend on the order in
/// which work is done, on who does it, or on what was retried. Philox4x32-10 (Salmon et al., SC'11, "Parallel random numbers: as
/// easy as 1, 2, 3").
/// </summary>
/// <remarks>Keys form a tree: <see cref="Of(long, string)"/> is the root of an experiment's stage, <see cref="Child(string)"/> and
/// <see cref="Child(long)"/> descend to a prompt, a sample, a step. A leaf is read by counter (<see cref="Uniform(uint)"/>) or as a
/// stream (<see cref="Stream"/>) that starts at counter 0.</remarks>
public readonly record struct KeyedRandom(ulong Key)
{
    /// <summary>The root key of one stage of one experiment.</summary>
    public static KeyedRandom Of(long seed, string stage) =>
        new KeyedRandom((ulong)seed * 0x9E3779B97F4A7C15UL + 0xD1B54A32D192ED03UL).Child(stage);

    public KeyedRandom Child(long index)
    {
        var (a, b, _, _) = Philox((uint)index, (uint)((ulong)index >> 32), 0x5EED, 1);
        return new KeyedRandom(((ulong)a << 32) | b);
    }

    public KeyedRandom Child(string name)
    {
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(Encoding.UTF8.GetBytes(name), hash);
        return Child(BitConverter.ToInt64(hash));
    }

    /// <summary>The draw with this counter, uniform in [0, 1) with 53 bits.</summary>
    public double Uniform(uint counter)
    {
        var (a, b, _, _) = Philox(counter, 0, 0, 0);
        return ((((ulong)a << 32) | b) >> 11) * (1.0 / (1UL << 53));
    }

    /// <summary>A stream over this key's counters 0, 1, 2, …</summary>
    public RandomStream Stream() => new(this);

    private (uint A, uint B, uint C, uint D) Philox(uint c0, uint c1, uint c2, uint c3)
    {
        var k0 = (uint)Key;
        var k1 = (uint)(Key >> 32);
        for (var round = 0; round < 10; round++)
        {
            var p0 = (ulong)c0 * 0xD2511F53u;
            var p1 = (ulong)c2 * 0xCD9E8D57u;
            (c0, c1, c2, c3) = ((uint)(p1 >> 32) ^ c1 ^ k0, (uint)p1, (uint)(p0 >> 32) ^ c3 ^ k1, (uint)p0);
            k0 += 0x9E3779B9u;
            k1 += 0xBB67AE85u;
        }

        return (c0, c1, c2, c3);
    }

    /// <summary>The raw Philox4x32-10 block for a counter and key, for the published test vectors.</summary>
    public static (uint A, uint B, uint C, uint D) Block(ulong key, uint c0, uint c1, uint c2, uint c3) =>
        new KeyedRandom(key).Philox(c0, c1, c2, c3);
}

/// <summary>Reads a key's counters in order. Not thread-safe; make one per use.</summary>
public sealed class RandomStream(KeyedRandom key)
{
    private uint _counter;

    /// <summary>Uniform in [0, 1).</summary>
    public double NextDouble() => key.Uniform(_counter++);

    /// <summary>Uniform over 0 … <paramref name="exclusiveMax"/> − 1.</summary>
    public int Next(int exclusiveMax)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(exclusiveMax);
        return (int)(NextDouble() * exclusiveMax);
    }

    /// <summary>Uniform over <paramref name="min"/> … <paramref name="inclusiveMax"/>.</summary>
    public int Next(int min, int inclusiveMax) => min + Next(inclusiveMax - min + 1);

    public bool NextBool(double probability) => NextDouble() < probability;

    public T Pick<T>(IReadOnlyList<T> items) => items[Next(items.Count)];

    /// <summary>Index drawn with the given non-negative weights.</summary>
    public int PickWeighted(IReadOnlyList<double> weights)
    {
        var u = NextDouble() * weights.Sum();
        for (var i = 0; i < weights.Count - 1; i++)
        {
            u -= weights[i];
            if (u < 0)
            {
                return i;
            }
        }

        return weights.Count - 1;
    }

    /// <summary>Fisher–Yates, in place.</summary>
    public void Shuffle<T>(IList<T> items)
    {
        for (var i = items.Count - 1; i > 0; i--)
        {
            var j = Next(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    /// <summary>A standard normal draw (Box–Muller; two uniforms).</summary>
    public double NextNormal() => Math.Sqrt(-2 * Math.Log(1 - NextDouble())) * Math.Cos(2 * Math.PI * NextDouble());
}
