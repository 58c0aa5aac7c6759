using SkillFactory.Core.Randomness;
using SkillFactory.Core.Recipes;
using SkillFactory.Evaluation.Statistics;

namespace SkillFactory.Evaluation.Summaries;

/// <summary>Intervals and tests with one confidence level, one number of resamples and one random key.</summary>
/// <remarks>Not thread-safe.</remarks>
public sealed class StatisticalInference(KeyedRandom random, int resamples, double confidence)
{
    public StatisticalInference(KeyedRandom random, EvaluationSettings settings)
        : this(random, settings.Resamples, settings.Confidence) { }

    /// <summary>Intervals over questions, with all their samples of all seeds.</summary>
    public Bootstrap Questions { get; } = new(random, resamples, confidence);

    /// <summary>Intervals over seeds and questions.</summary>
    public CrossedBootstrap SeedsAndQuestions { get; } = new(random.Child("crossed"), resamples, confidence);

    /// <summary>Intervals of means over levels.</summary>
    public LevelMeans Means { get; } = new(random.Child("means"), resamples, confidence);

    /// <summary>Compares two models on the questions that both answered in the same run. A question with several seeds is one
    /// unit.</summary>
    /// <param name="runs">Both sides of each seed.</param>
    /// <returns>Null when the two sides have no question in common.</returns>
    public PairedDifference? Compare(IReadOnlyList<PairedClusters> runs)
    {
        var pairs = PairedClusters.Sum(runs);
        Cluster[] left = [.. pairs.Values.Select(p => p.Left)],
            right = [.. pairs.Values.Select(p => p.Right)];
        return Questions.Difference(left, right) is { } pooled
            ? new PairedDifference(pooled, SeedsAndQuestions.Difference(runs), SignFlipTest.Run(left, right, random.Child("flips")))
            : null;
    }
}
