namespace SkillFactory.Evaluation.Statistics;

/// <summary>What n samples of one question say about k samples of it.</summary>
public static class PassAtK
{
    /// <summary>The values of k that are reported.</summary>
    public static IReadOnlyList<int> Reported { get; } = [1, 2, 4, 8, 16, 32, 64];

    /// <summary>
    /// Probability that at least one of k samples is correct: 1 − C(n − c, k) / C(n, k), the mean over all subsets of size k and
    /// therefore unbiased (Chen et al. 2021, eq. 1).
    /// </summary>
    /// <param name="samples">n.</param>
    /// <param name="correct">c, of n.</param>
    /// <param name="k">1 … n.</param>
    public static double Unbiased(int samples, int correct, int k)
    {
        Check(samples, correct, k);
        var allWrong = 1.0;
        for (var i = 0; i < k; i++)
        {
            allWrong *= Math.Max(0, (double)(samples - correct - i) / (samples - i));
        }

        return 1 - allWrong;
    }

    /// <summary>Expected share of correct ones among k samples. It is c / n for every k: k says how many samples the accuracy of a
    /// question was averaged over, not what is estimated.</summary>
    public static double Mean(int samples, int correct, int k)
    {
        Check(samples, correct, k);
        return (double)correct / samples;
    }

    private static void Check(int samples, int correct, int k)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(samples);
        ArgumentOutOfRangeException.ThrowIfNegative(correct);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(correct, samples);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(k);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(k, samples);
    }
}
