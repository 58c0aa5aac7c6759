namespace SkillFactory.Core.Randomness;

/// <summary>Reads the draws of a key in order of the counter. Not thread-safe.</summary>
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
