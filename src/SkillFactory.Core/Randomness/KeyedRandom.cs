using System.Security.Cryptography;
using System.Text;

namespace SkillFactory.Core.Randomness;

/// <summary>
/// Keyed, counter-based random numbers. Every draw is a pure function of (key, counter), so results depend neither on the order of the
/// work, nor on the worker, nor on retries. Philox4x32-10 (Salmon et al., SC'11, "Parallel random numbers: as easy as 1, 2, 3").
/// </summary>
/// <remarks>Keys form a tree. <see cref="Of(long, string)"/> is the root for a stage of an experiment; <see cref="Child(string)"/> and
/// <see cref="Child(long)"/> derive keys for a prompt, a sample or a step. A leaf is read by counter (<see cref="Uniform(uint)"/>) or as a
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

    /// <summary>The draw at a counter, uniform in [0, 1) with 53 bits.</summary>
    public double Uniform(uint counter)
    {
        var (a, b, _, _) = Philox(counter, 0, 0, 0);
        return ((((ulong)a << 32) | b) >> 11) * (1.0 / (1UL << 53));
    }

    /// <summary>A stream of the draws at counters 0, 1, 2, …</summary>
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

    /// <summary>The raw Philox4x32-10 block of a counter and key, for the published test vectors.</summary>
    public static (uint A, uint B, uint C, uint D) Block(ulong key, uint c0, uint c1, uint c2, uint c3) =>
        new KeyedRandom(key).Philox(c0, c1, c2, c3);
}
