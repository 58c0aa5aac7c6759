using SkillFactory.Core.Randomness;

namespace SkillFactory.Evaluation.Statistics;

/// <summary>
/// Paired permutation test (Fisher 1935). If two models were equally good, the difference on each question could as well have the opposite
/// sign. The statistic is the mean over questions of the difference of their shares. The p value is the share of sign patterns whose mean
/// is at least as far from zero. With one sample per question this is the exact McNemar test.
/// </summary>
/// <remarks>
/// The test is exact when all differences are whole multiples of one unit, as for k correct of n samples: it then builds the distribution
/// of the signed sum pair by pair. Otherwise it is exact for up to <see cref="EnumeratedPairs"/> pairs. It tests these trained models on
/// other questions, not other training runs.
/// </remarks>
public static class SignFlipTest
{
    /// <summary>Random sign patterns when the test cannot be exact. Then p = (1 + patterns at least as far from zero) / (1 + patterns),
    /// which is never zero.</summary>
    public const int Draws = 9_999;

    /// <summary>Up to this number of pairs, all sign patterns are enumerated.</summary>
    public const int EnumeratedPairs = 16;

    private const long MaxSteps = 20_000_000;

    /// <summary>Inverse units to try. They cover shares of up to 64 samples and votes that a few tied answers share.</summary>
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

    /// <param name="left">One entry per question. A question without weight on either side is ignored.</param>
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
            if ((long)steps.Length * steps.Sum(Math.Abs) <= MaxSteps)
            {
                return new SignFlipResult(OverSums(steps), true, steps.Length);
            }
        }

        return differences.Length <= EnumeratedPairs
            ? new SignFlipResult(OverPatterns(differences), true, differences.Length)
            : new SignFlipResult(OverDraws(differences, random), false, differences.Length);
    }

    /// <summary>The inverse of a unit that divides all differences, or null when none of <see cref="Units"/> does.</summary>
    private static int? CommonUnit(double[] differences) =>
        Units
            .Where(unit => Array.TrueForAll(differences, d => Math.Abs((d * unit) - Math.Round(d * unit)) < 1e-7))
            .Select(unit => (int?)unit)
            .FirstOrDefault();

    /// <summary>Builds the distribution of the signed sum, one pair after the other.</summary>
    private static double OverSums(int[] steps)
    {
        var observed = Math.Abs(steps.Sum());
        // probabilities[i] is the probability of the sum i - reach.
        var reach = 0;
        double[] probabilities = [1];
        foreach (var step in steps.Select(Math.Abs))
        {
            var next = new double[probabilities.Length + (2 * step)];
            for (var i = 0; i < probabilities.Length; i++)
            {
                next[i] += probabilities[i] / 2;
                next[i + (2 * step)] += probabilities[i] / 2;
            }

            (probabilities, reach) = (next, reach + step);
        }

        return Math.Min(1, probabilities.Where((_, i) => Math.Abs(i - reach) >= observed).Sum());
    }

    private static double OverPatterns(double[] differences)
    {
        var observed = Math.Abs(differences.Sum());
        var atLeastAsFar = 0;
        for (var pattern = 0; pattern < 1 << differences.Length; pattern++)
        {
            var sum = 0.0;
            for (var i = 0; i < differences.Length; i++)
            {
                sum += (pattern >> i & 1) == 0 ? differences[i] : -differences[i];
            }

            atLeastAsFar += IsAtLeastAsFar(sum, observed) ? 1 : 0;
        }

        return (double)atLeastAsFar / (1 << differences.Length);
    }

    private static double OverDraws(double[] differences, KeyedRandom random)
    {
        var observed = Math.Abs(differences.Sum());
        var atLeastAsFar = 0;
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

            atLeastAsFar += IsAtLeastAsFar(sum, observed) ? 1 : 0;
        }

        return (1.0 + atLeastAsFar) / (1 + Draws);
    }

    /// <summary>The tolerance makes sure that rounding does not exclude the observed pattern itself.</summary>
    private static bool IsAtLeastAsFar(double sum, double observed) => Math.Abs(sum) >= observed - (1e-9 * Math.Max(1, observed));
}
