namespace SkillFactory.Evaluation.Statistics;

/// <summary>pass@k of one question, estimated from n samples.</summary>
public static class PassAtK
{
    /// <summary>The values of k that are reported.</summary>
    public static IReadOnlyList<int> Reported { get; } = [1, 2, 4, 8, 16, 32, 64];

    /// <summary>
    /// Probability that at least one of k samples is correct: 1 − C(n − c, k) / C(n, k). This is the mean over all subsets of size k and
    /// therefore unbiased (Chen et al. 2021, eq. 1).
    /// </summary>
    /// <param name="samples">The number of samples, n.</param>
    /// <param name="correct">The number of correct samples, c.</param>
    /// <param name="k">From 1 to n.</param>
    public static double Unbiased(int samples, int correct, int k)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(samples);
        ArgumentOutOfRangeException.ThrowIfNegative(correct);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(correct, samples);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(k);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(k, samples);
        var allWrong = 1.0;
        for (var i = 0; i < k; i++)
        {
            allWrong *= Math.Max(0, (double)(samples - correct - i) / (samples - i));
        }

        return 1 - allWrong;
    }
}
