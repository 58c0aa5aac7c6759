using SkillFactory.Core.Randomness;

namespace SkillFactory.Evaluation.Statistics;

/// <param name="P">Two-sided p value.</param>
/// <param name="Exact">Over all sign patterns; else over <see cref="SignFlipTest.Draws"/> drawn ones.</param>
/// <param name="Differing">Pairs that differ at all; the others say nothing.</param>
public sealed record SignFlipResult(double P, bool Exact, int Differing);

/// <summary>
/// Paired permutation test (Fisher 1935): if two models were alike, each question's difference could as well have the other sign. The
/// statistic is the mean over questions of the difference of their shares; p is the share of sign patterns that are at least as far from
/// zero. With one sample per question this is the exact McNemar test.
/// </summary>
/// <remarks>
/// Exact wherever the differences are whole multiples of one unit (k correct of n samples are), by adding up the distribution of the
/// sum pair by pair, and for up to <see cref="EnumeratedPairs"/> pairs otherwise. It says how likely the difference is for these models
/// on such questions; what another training run would give is not in it.
/// </remarks>
public static class SignFlipTest
{
    /// <summary>Patterns drawn where exactness is out of reach; p is then (1 + those as far out) / (1 + drawn), never zero.</summary>
    public const int Draws = 9_999;

    /// <summary>Pairs up to which all patterns are tried one by one.</summary>
    public const int EnumeratedPairs = 16;

    private const long MostSteps = 20_000_000;

    /// <summary>Shares of n samples, and ties shared among a few answers, are multiples of one over one of these.</summary>
    private static readonly int[] Units =
    [
        .. Enumerable.Range(1, 64),
        72,
        84,
        96,
        120,
        128,
        144,
        168,
        180,
        192,
        240,
        256,
        336,
        360,
        420,
        480,
        504,
        512,
        720,
        840,
        1_680,
        2_520,
        5_040,
    ];

    /// <param name="left">One entry per question; entries without weight on either side are left out.</param>
    /// <param name="right">The same questions in the same order.</param>
    /// <param name="random">Key of the draws.</param>
    public static SignFlipResult Run(IReadOnlyList<Cluster> left, IReadOnlyList<Cluster> right, KeyedRandom random)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(right.Count, left.Count);
        double[] differences =
        [
            .. left.Zip(right)
                .Where(p => p.First.Weight > 0 && p.Second.Weight > 0)
                .Select(p => (p.First.Total / p.First.Weight) - (p.Second.Total / p.Second.Weight))
                .Where(d => Math.Abs(d) > 1e-12),
        ];
        if (differences.Length == 0)
        {
            return new SignFlipResult(1, true, 0);
        }

        if (CommonUnit(differences) is { } unit)
        {
            int[] steps = [.. differences.Select(d => (int)Math.Round(d * unit))];
            if ((long)steps.Length * steps.Sum(Math.Abs) <= MostSteps)
            {
                return new SignFlipResult(OverSums(steps), true, steps.Length);
            }
        }

        return differences.Length <= EnumeratedPairs
            ? new SignFlipResult(OverPatterns(differences), true, differences.Length)
            : new SignFlipResult(OverDraws(differences, random), false, differences.Length);
    }

    /// <summary>The smallest unit of which all differences are whole multiples, as its inverse; null where there is none of a usable size.</summary>
    private static int? CommonUnit(double[] differences) =>
        Units
            .Where(unit => Array.TrueForAll(differences, d => Math.Abs((d * unit) - Math.Round(d * unit)) < 1e-7))
            .Select(unit => (int?)unit)
            .FirstOrDefault();

    /// <summary>The distribution of the signed sum, one pair after the other.</summary>
    private static double OverSums(int[] steps)
    {
        var observed = Math.Abs(steps.Sum());
        var reach = 0;
        double[] now = [1];
        foreach (var step in steps.Select(Math.Abs))
        {
            var next = new double[now.Length + (2 * step)];
            for (var i = 0; i < now.Length; i++)
            {
                next[i] += now[i] / 2;
                next[i + (2 * step)] += now[i] / 2;
            }

            (now, reach) = (next, reach + step);
        }

        return Math.Min(1, now.Where((_, i) => Math.Abs(i - reach) >= observed).Sum());
    }

    private static double OverPatterns(double[] differences)
    {
        var observed = Math.Abs(differences.Sum());
        var far = 0;
        for (var pattern = 0; pattern < 1 << differences.Length; pattern++)
        {
            var sum = 0.0;
            for (var i = 0; i < differences.Length; i++)
            {
                sum += (pattern >> i & 1) == 0 ? differences[i] : -differences[i];
            }

            far += AsFar(sum, observed) ? 1 : 0;
        }

        return (double)far / (1 << differences.Length);
    }

    private static double OverDraws(double[] differences, KeyedRandom random)
    {
        var observed = Math.Abs(differences.Sum());
        var far = 0;
        for (var draw = 0u; draw < Draws; draw++)
        {
            var sum = 0.0;
            for (var i = 0; i < differences.Length; i += 64)
            {
                var (a, b, _, _) = KeyedRandom.Block(random.Key, draw, (uint)i, 0, 0);
                var signs = a | ((ulong)b << 32);
                for (var j = i; j < Math.Min(i + 64, differences.Length); j++, signs >>= 1)
                {
                    sum += (signs & 1) == 0 ? differences[j] : -differences[j];
                }
            }

            far += AsFar(sum, observed) ? 1 : 0;
        }

        return (1.0 + far) / (1 + Draws);
    }

    /// <summary>Rounding must not make the observed pattern itself look nearer than it is.</summary>
    private static bool AsFar(double sum, double observed) => Math.Abs(sum) >= observed - (1e-9 * Math.Max(1, observed));
}
