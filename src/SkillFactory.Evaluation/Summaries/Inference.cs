using SkillFactory.Core.Randomness;
using SkillFactory.Core.Recipes;
using SkillFactory.Evaluation.Statistics;

namespace SkillFactory.Evaluation.Summaries;

/// <summary>Left minus right, paired by question.</summary>
/// <param name="Pooled">All seeds together, interval over questions.</param>
/// <param name="AcrossSeeds">The same with an interval over seeds and questions; null for one seed.</param>
/// <param name="Test">Of no difference at all, over questions.</param>
public sealed record PairedDifference(Estimate Pooled, Estimate? AcrossSeeds, SignFlipResult Test);

/// <summary>How figures get their intervals and tests: one confidence, one number of resamples, one key of all draws.</summary>
/// <remarks>Not thread-safe.</remarks>
public sealed class Inference(KeyedRandom random, int resamples, double confidence)
{
    public Inference(KeyedRandom random, EvaluationSettings settings)
        : this(random, settings.Resamples, settings.Confidence) { }

    /// <summary>Confidence level in (0, 1).</summary>
    public double Confidence { get; } = confidence;

    /// <summary>Over questions, with all their samples of all seeds.</summary>
    public Bootstrap Questions { get; } = new(random, resamples, confidence);

    /// <summary>Over seeds and questions.</summary>
    public CrossedBootstrap SeedsAndQuestions { get; } = new(random.Child("crossed"), resamples, confidence);

    /// <summary>Of unweighted means over levels.</summary>
    public LevelMeans Means { get; } = new(random.Child("means"), resamples, confidence);

    /// <summary>Compares two models on the questions both answered in the same run.</summary>
    /// <param name="runs">Per seed, the clusters of either side by question id. A cluster without weight is no answer.</param>
    /// <returns>A question of several seeds is one unit; null when no question is shared.</returns>
    public PairedDifference? Compare(
        IReadOnlyList<(IReadOnlyDictionary<string, Cluster> Left, IReadOnlyDictionary<string, Cluster> Right)> runs
    )
    {
        var pairs = Pair(runs);
        Cluster[] left = [.. pairs.Values.Select(p => p.Left)],
            right = [.. pairs.Values.Select(p => p.Right)];
        return Questions.Difference(left, right) is { } pooled
            ? new PairedDifference(pooled, SeedsAndQuestions.Difference(runs), SignFlipTest.Run(left, right, random.Child("flips")))
            : null;
    }

    /// <summary>Both sides by question, seeds added up; questions that both have in the same run.</summary>
    public static SortedDictionary<string, (Cluster Left, Cluster Right)> Pair(
        IEnumerable<(IReadOnlyDictionary<string, Cluster> Left, IReadOnlyDictionary<string, Cluster> Right)> runs
    )
    {
        var pairs = new SortedDictionary<string, (Cluster Left, Cluster Right)>(StringComparer.Ordinal);
        foreach (var (left, right) in runs)
        {
            foreach (var (id, mine) in left)
            {
                if (mine.Weight > 0 && right.TryGetValue(id, out var theirs) && theirs.Weight > 0)
                {
                    var before = pairs.GetValueOrDefault(id);
                    pairs[id] = (before.Left + mine, before.Right + theirs);
                }
            }
        }

        return pairs;
    }
}
