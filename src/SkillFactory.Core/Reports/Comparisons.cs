using SkillFactory.Core.Evaluation;
using SkillFactory.Core.Statistics;

namespace SkillFactory.Core.Reports;

/// <summary>A model answering n times, with its best-of-n summaries by seed.</summary>
internal sealed record BestOfNModel(string Model, IReadOnlyDictionary<long, IReadOnlyList<BestOfNLevel>> Levels);

/// <summary>Paired differences and what they say. Differences are taken between the final models of the arms, between every model and
/// the base, between an arm's last checkpoint and the one before it, and against best of n.</summary>
internal sealed class Comparisons(IReadOnlyList<EvaluatedModel> models, IReadOnlyList<BestOfNModel> bestOfN, IReadOnlyList<ReportedLevel> levels, Bootstrap bootstrap)
{
    public const string EqualSteps = "equal_steps";
    public const string EqualTrainingTokens = "equal_training_tokens";
    public const string EqualInferenceTokens = "equal_inference_tokens";
    public const string AsTrained = "as_trained";

    public IReadOnlyList<Comparison> Build()
    {
        var all = new List<Comparison>();
        foreach (var (left, right) in Pairs())
        {
            all.AddRange(levels.Select(level => Compare(left, right, level)).OfType<Comparison>());
        }

        foreach (var single in models.Where(m => m.Model.Final))
        {
            foreach (var several in bestOfN.Where(b => b.Model != single.Model.Key))
            {
                all.AddRange(levels.SelectMany(level => CompareWithBest(single, several, level)));
            }
        }

        return all;
    }

    /// <summary>The model that was made with more stages stands left.</summary>
    private IEnumerable<(EvaluatedModel Left, EvaluatedModel Right)> Pairs()
    {
        var finals = models.Where(m => m.Model.Final).ToList();
        for (var i = 0; i < finals.Count; i++)
        {
            for (var j = i + 1; j < finals.Count; j++)
            {
                yield return IsMethod(finals[j]) && !IsMethod(finals[i]) ? (finals[j], finals[i]) : (finals[i], finals[j]);
            }
        }

        foreach (var model in models.Where(m => m.Model.Final))
        {
            if (models.FirstOrDefault(m => m.Model.Arm == model.Model.Arm && !m.Model.Final) is { } before)
            {
                yield return (model, before);
            }
        }

        if (models.FirstOrDefault(m => m.Model.Arm.Length == 0) is { } start)
        {
            foreach (var model in models.Where(m => m != start))
            {
                yield return (model, start);
            }
        }
    }

    /// <summary>An arm that goes through SFT and GRPO.</summary>
    private bool IsMethod(EvaluatedModel model) =>
        model.Model is { Final: true, Checkpoint: "grpo" } && models.Any(m => m.Model.Arm == model.Model.Arm && m.Model.Checkpoint == "sft" || m.Model.Aliases.Contains(model.Model.Arm + "/sft"));

    private Comparison? Compare(EvaluatedModel left, EvaluatedModel right, ReportedLevel level)
    {
        var runs = left.Levels.Keys.Order()
            .Select(seed => (Seed: seed, Left: left.Find(seed, level), Right: right.Find(seed, level)))
            .Where(r => r.Left is not null && r.Right is not null)
            .ToList();
        LevelSummary[] lefts = [.. runs.Select(r => r.Left!)], rights = [.. runs.Select(r => r.Right!)];
        if (LevelSummary.AccuracyDifference(lefts, rights, bootstrap) is not { } accuracy)
        {
            return null;
        }

        var passAtK = new Dictionary<int, Estimate>();
        foreach (var k in PassAtK.Reported.Where(k => k > 1))
        {
            if (LevelSummary.PassAtKDifference(lefts, rights, k, bootstrap) is { } difference)
            {
                passAtK[k] = difference;
            }
        }

        var (leftTokens, rightTokens) = (MeanTokens(left, level), MeanTokens(right, level));
        return new Comparison(
            left.Model.Key,
            right.Model.Key,
            null,
            level.Task,
            level.Level,
            Basis(left.Model, right.Model, leftTokens, rightTokens),
            accuracy,
            passAtK,
            [.. runs.Select(r => (r.Seed, Difference: LevelSummary.AccuracyDifference([r.Left!], [r.Right!], bootstrap))).Where(r => r.Difference is not null).Select(r => new SeedDifference(r.Seed, r.Difference!))],
            leftTokens,
            rightTokens);
    }

    /// <summary>Every n; the smallest n that spends at least as many tokens as the left side is the one at equal inference tokens, so
    /// that rounding favours the baseline. Where even the largest n spends less, none is.</summary>
    private List<Comparison> CompareWithBest(EvaluatedModel single, BestOfNModel several, ReportedLevel level)
    {
        var tokens = MeanTokens(single, level);
        var found = new List<Comparison>();
        foreach (var n in several.Levels.Values.SelectMany(l => l).Where(l => l.Task == level.Task && l.Level == level.Level).Select(l => l.N).Distinct().Order())
        {
            var runs = single.Levels.Keys.Order()
                .Select(seed => (Seed: seed, One: single.Find(seed, level), Best: several.Levels.GetValueOrDefault(seed)?.FirstOrDefault(l => l.Task == level.Task && l.Level == level.Level && l.N == n)))
                .Where(r => r.One is not null && r.Best is not null)
                .ToList();
            if (BestOfNLevel.Difference([.. runs.Select(r => r.One!)], [.. runs.Select(r => r.Best!)], bootstrap) is not { } accuracy)
            {
                continue;
            }

            var spent = BestOfNLevel.Pool([.. runs.Select(r => r.Best!)], bootstrap).Tokens?.Value;
            var isMatch = spent >= tokens && !found.Any(f => f.Basis.Contains(EqualInferenceTokens));
            found.Add(new Comparison(
                single.Model.Key,
                several.Model,
                n,
                level.Task,
                level.Level,
                isMatch ? [EqualInferenceTokens] : [AsTrained],
                accuracy,
                new Dictionary<int, Estimate>(),
                [.. runs.Select(r => (r.Seed, Difference: BestOfNLevel.Difference([r.One!], [r.Best!], bootstrap))).Where(r => r.Difference is not null).Select(r => new SeedDifference(r.Seed, r.Difference!))],
                tokens,
                spent));
        }

        return found;
    }

    private static List<string> Basis(ReportedModel left, ReportedModel right, double? leftTokens, double? rightTokens)
    {
        var basis = new List<string>();
        if (left.GrpoSteps is { } steps && steps == right.GrpoSteps)
        {
            basis.Add(EqualSteps);
        }

        if (Near(left.TrainingTokens, right.TrainingTokens))
        {
            basis.Add(EqualTrainingTokens);
        }

        if (Near(leftTokens, rightTokens))
        {
            basis.Add(EqualInferenceTokens);
        }

        return basis.Count == 0 ? [AsTrained] : basis;
    }

    /// <summary>Within a tenth of the larger.</summary>
    private static bool Near(double? a, double? b) => a > 0 && b > 0 && Math.Abs(a.Value - b.Value) <= 0.1 * Math.Max(a.Value, b.Value);

    private double? MeanTokens(EvaluatedModel model, ReportedLevel level)
    {
        var runs = model.Runs(level);
        var samples = runs.Sum(r => r.Samples);
        return samples == 0 ? null : runs.Sum(r => (r.Tokens?.Value ?? 0) * r.Samples) / samples;
    }
}
