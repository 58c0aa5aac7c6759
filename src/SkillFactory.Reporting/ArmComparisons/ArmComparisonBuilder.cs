using SkillFactory.Core.Recipes;
using SkillFactory.Evaluation.Statistics;
using SkillFactory.Evaluation.Summaries;
using SkillFactory.Reporting.Measurements;
using SkillFactory.Reporting.Report;

namespace SkillFactory.Reporting.ArmComparisons;

/// <summary>Compares the models of a run: the final models of the arms with each other (all pairs, or each with the reference arm), every
/// model with the base model, the final model of an arm with its earlier checkpoint, and final models with best of n.</summary>
/// <param name="reference">Arm that the others are compared with; null for all pairs.</param>
/// <param name="reportedNs">Values of n that are always compared, whatever their cost.</param>
internal sealed class ArmComparisonBuilder(
    IReadOnlyList<EvaluatedModel> models,
    IReadOnlyList<BestOfNModel> bestOfN,
    IReadOnlyList<ReportedLevel> levels,
    string? reference,
    IReadOnlyList<int> reportedNs,
    StatisticalInference inference
)
{
    public IReadOnlyList<ArmComparison> Build()
    {
        var all = new List<ArmComparison>();
        foreach (var (left, right) in Pairs())
        {
            all.AddRange(levels.Select(level => Compare(left, right, level)).OfType<ArmComparison>());
        }

        foreach (var single in models.Where(m => m.Model.Final))
        {
            foreach (var several in bestOfN.Where(b => b.Model != single.Model.Key))
            {
                all.AddRange(
                    from level in levels
                    from choice in Enum.GetValues<BestOfNChoice>()
                    from comparison in CompareWithBestOfN(single, several, level, choice)
                    select comparison
                );
            }
        }

        foreach (var family in Enumerable.Range(0, all.Count).GroupBy(i => all[i].Family).ToList())
        {
            foreach (var (i, p) in family.Zip(Holm.Adjust([.. family.Select(i => all[i].P)])))
            {
                all[i] = all[i] with { AdjustedP = p };
            }
        }

        return all;
    }

    /// <summary>Differences averaged over groups of levels.</summary>
    public IEnumerable<ArmMeanComparison> Means() =>
        from pair in Pairs()
        from @group in LevelGroups.Of(levels)
        let difference = inference.Means.Difference([
            .. @group.Levels.Select(level =>
                (IReadOnlyList<ClusterPair>)
                    [.. PairedClusters.Sum(Runs(pair.Left, pair.Right, level).Select(r => r.Clusters(Measures.Accuracy))).Values]
            ),
        ])
        where difference is not null
        select new ArmMeanComparison(pair.Left.Model.Key, pair.Right.Model.Key, @group.Name, difference);

    /// <summary>The pairs to compare. The model with more training stages is on the left.</summary>
    private IEnumerable<(EvaluatedModel Left, EvaluatedModel Right)> Pairs()
    {
        var finals = models.Where(m => m.Model.Final).ToList();
        var referenceModel = finals.FirstOrDefault(m =>
            m.Model.Arm == reference || m.Model.Aliases.Any(a => a.StartsWith(reference + "/", StringComparison.Ordinal))
        );
        for (var i = 0; i < finals.Count; i++)
        {
            for (var j = i + 1; j < finals.Count; j++)
            {
                if (referenceModel is null)
                {
                    yield return HasSftAndGrpo(finals[j]) && !HasSftAndGrpo(finals[i]) ? (finals[j], finals[i]) : (finals[i], finals[j]);
                }
                else if (finals[i] == referenceModel || finals[j] == referenceModel)
                {
                    yield return finals[i] == referenceModel ? (finals[j], referenceModel) : (finals[i], referenceModel);
                }
            }
        }

        foreach (var model in finals)
        {
            if (models.FirstOrDefault(m => m.Model.Arm == model.Model.Arm && !m.Model.Final) is { } earlier)
            {
                yield return (model, earlier);
            }
        }

        if (models.FirstOrDefault(m => m.Model.Arm.Length == 0) is { } baseModel)
        {
            foreach (var model in models.Where(m => m != baseModel))
            {
                yield return (model, baseModel);
            }
        }
    }

    /// <summary>Whether the model is the final one of an arm with SFT and GRPO, in either order.</summary>
    private bool HasSftAndGrpo(EvaluatedModel model) =>
        model.Model is { Final: true, GrpoSteps: not null }
        && (
            model.Model.Checkpoint == StageNames.Sft
            || models.Any(m =>
                (m.Model.Arm == model.Model.Arm && m.Model.Checkpoint == StageNames.Sft)
                || m.Model.Aliases.Contains($"{model.Model.Arm}/{StageNames.Sft}")
            )
        );

    private static List<RunPair> Runs(EvaluatedModel left, EvaluatedModel right, ReportedLevel level) =>
        [
            .. from seed in left.Levels.Keys.Order()
            let leftSummary = left.Find(seed, level)
            let rightSummary = right.Find(seed, level)
            where leftSummary is not null && rightSummary is not null
            select new RunPair(seed, leftSummary, rightSummary),
        ];

    private ArmComparison? Compare(EvaluatedModel left, EvaluatedModel right, ReportedLevel level)
    {
        var runs = Runs(left, right, level);
        if (inference.Compare([.. runs.Select(r => r.Clusters(Measures.Accuracy))]) is not { } accuracy)
        {
            return null;
        }

        var passAtK = new Dictionary<int, Estimate>();
        foreach (var k in PassAtK.Reported.Where(k => k > 1))
        {
            if (PooledDifference(runs.Select(r => r.Clusters(Measures.PassAtK(k)))) is { } difference)
            {
                passAtK[k] = difference;
            }
        }

        var (leftTokens, rightTokens) = (MeanTokens(left, level), MeanTokens(right, level));
        return new ArmComparison(
            Left: left.Model.Key,
            Right: right.Model.Key,
            BestOf: null,
            Choice: null,
            Task: level.Task,
            Level: level.Level,
            Basis: BasisOf(left.Model, right.Model, leftTokens, rightTokens),
            Accuracy: accuracy.Pooled,
            AcrossSeeds: accuracy.AcrossSeeds,
            P: accuracy.Test.P,
            Family: left.Model.Final && right.Model.Final ? ComparisonFamily.Arms : ComparisonFamily.Stages,
            AdjustedP: 1,
            PassAtK: passAtK,
            Seeds: SeedDifferences(runs.Select(r => (r.Seed, r.Clusters(Measures.Accuracy)))),
            LeftTokens: leftTokens,
            RightTokens: rightTokens
        );
    }

    /// <summary>Compares a model with best of n for each reported n, and for the smallest n that spends at least as many tokens as the
    /// model. That n counts as equal inference tokens; the rounding favours the baseline. There is none when even the largest n spends
    /// fewer. A choice in turn gives the same answers as a choice by reflection, for fewer tokens, so it is compared at equal inference
    /// tokens only.</summary>
    private List<ArmComparison> CompareWithBestOfN(EvaluatedModel single, BestOfNModel several, ReportedLevel level, BestOfNChoice choice)
    {
        var tokens = MeanTokens(single, level);
        var comparisons = new List<ArmComparison>();
        var hasMatch = false;
        foreach (var n in Ns(several, level))
        {
            var runs = Runs(single, several, level, n);
            var spentTokens = TokensSpent([.. runs.Select(r => r.Best)], choice);
            var isMatch = !hasMatch && spentTokens >= tokens;
            if (!isMatch && (!reportedNs.Contains(n) || choice == BestOfNChoice.ReflectionInTurn))
            {
                continue;
            }

            if (inference.Compare([.. runs.Select(r => r.Clusters(choice))]) is not { } accuracy)
            {
                continue;
            }

            hasMatch |= isMatch;
            comparisons.Add(
                new ArmComparison(
                    Left: single.Model.Key,
                    Right: several.Model,
                    BestOf: n,
                    Choice: BestOfNChoices.NameOf(choice),
                    Task: level.Task,
                    Level: level.Level,
                    Basis: isMatch ? [ComparisonBasis.EqualInferenceTokens] : [ComparisonBasis.AsTrained],
                    Accuracy: accuracy.Pooled,
                    AcrossSeeds: accuracy.AcrossSeeds,
                    P: accuracy.Test.P,
                    Family: isMatch ? ComparisonFamily.Arms : ComparisonFamily.Stages,
                    AdjustedP: 1,
                    PassAtK: new Dictionary<int, Estimate>(),
                    Seeds: SeedDifferences(runs.Select(r => (r.Seed, r.Clusters(choice)))),
                    LeftTokens: tokens,
                    RightTokens: spentTokens
                )
            );
        }

        return comparisons;
    }

    private static IEnumerable<int> Ns(BestOfNModel several, ReportedLevel level) =>
        several
            .Levels.Values.SelectMany(l => l)
            .Where(l => l.Task == level.Task && l.Level == level.Level && l.N > 1)
            .Select(l => l.N)
            .Distinct()
            .Order();

    private static List<BestOfNRunPair> Runs(EvaluatedModel single, BestOfNModel several, ReportedLevel level, int n) =>
        [
            .. from seed in single.Levels.Keys.Order()
            let summary = single.Find(seed, level)
            let best = several
                .Levels.GetValueOrDefault(seed)
                ?.FirstOrDefault(l => l.Task == level.Task && l.Level == level.Level && l.N == n)
            where summary is not null && best is not null
            select new BestOfNRunPair(seed, summary, best),
        ];

    /// <summary>Mean tokens of one final answer over all runs.</summary>
    private static double? TokensSpent(IReadOnlyList<BestOfNLevel> runs, BestOfNChoice choice)
    {
        var groups = runs.Sum(r => r.Groups);
        return groups == 0 ? null : runs.Sum(r => (r.CostOf(choice)?.Value ?? 0) * r.Groups) / groups;
    }

    private List<SeedDifference> SeedDifferences(IEnumerable<(long Seed, PairedClusters Clusters)> runs) =>
        [
            .. from run in runs
            let difference = PooledDifference([run.Clusters])
            where difference is not null
            select new SeedDifference(run.Seed, difference),
        ];

    private Estimate? PooledDifference(IEnumerable<PairedClusters> runs)
    {
        var pairs = PairedClusters.Sum(runs);
        return inference.Questions.Difference([.. pairs.Values.Select(p => p.Left)], [.. pairs.Values.Select(p => p.Right)]);
    }

    private static List<string> BasisOf(ReportedModel left, ReportedModel right, double? leftTokens, double? rightTokens)
    {
        var basis = new List<string>();
        if (left.GrpoSteps is { } steps && steps == right.GrpoSteps)
        {
            basis.Add(ComparisonBasis.EqualSteps);
        }

        if (IsNear(left.TrainingTokens, right.TrainingTokens))
        {
            basis.Add(ComparisonBasis.EqualTrainingTokens);
        }

        if (IsNear(leftTokens, rightTokens))
        {
            basis.Add(ComparisonBasis.EqualInferenceTokens);
        }

        return basis.Count == 0 ? [ComparisonBasis.AsTrained] : basis;
    }

    /// <summary>Whether two token counts differ by at most 10 % of the larger one.</summary>
    private static bool IsNear(double? a, double? b) => a > 0 && b > 0 && Math.Abs(a.Value - b.Value) <= 0.1 * Math.Max(a.Value, b.Value);

    private static double? MeanTokens(EvaluatedModel model, ReportedLevel level)
    {
        var runs = model.Runs(level);
        var samples = runs.Sum(r => r.Samples);
        return samples == 0 ? null : runs.Sum(r => (r.Tokens?.Value ?? 0) * r.Samples) / samples;
    }

    /// <summary>Two models in one seed.</summary>
    private sealed record RunPair(long Seed, LevelSummary Left, LevelSummary Right)
    {
        public PairedClusters Clusters(Measure of) => new(Left.Clusters(of), Right.Clusters(of));
    }

    /// <summary>A model that answers once and a best-of-n model in one seed.</summary>
    private sealed record BestOfNRunPair(long Seed, LevelSummary Single, BestOfNLevel Best)
    {
        public PairedClusters Clusters(BestOfNChoice choice) => new(Single.Clusters(Measures.Accuracy), Best.Clusters(choice));
    }
}
