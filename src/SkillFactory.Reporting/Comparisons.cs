using SkillFactory.Core.Recipes;
using SkillFactory.Evaluation.Statistics;
using SkillFactory.Evaluation.Summaries;

namespace SkillFactory.Reporting;

/// <summary>A model answering n times, with its best-of-n summaries by seed.</summary>
internal sealed record BestOfNModel(string Model, IReadOnlyDictionary<long, IReadOnlyList<BestOfNLevel>> Levels);

/// <summary>Paired differences and what they say. Differences are taken between the final models of the arms (all pairs, or each with the
/// reference), between every model and the base, between an arm's last checkpoint and the one before it, and against best of n.</summary>
/// <param name="reference">Arm that the others are compared with; null for all pairs.</param>
/// <param name="reported">The n that are reported whatever they cost.</param>
internal sealed class Comparisons(
    IReadOnlyList<EvaluatedModel> models,
    IReadOnlyList<BestOfNModel> bestOfN,
    IReadOnlyList<ReportedLevel> levels,
    string? reference,
    IReadOnlyList<int> reported,
    Inference inference
)
{
    public const string EqualSteps = "equal_steps";
    public const string EqualTrainingTokens = "equal_training_tokens";
    public const string EqualInferenceTokens = "equal_inference_tokens";
    public const string AsTrained = "as_trained";

    public const string Reflection = "reflection";
    public const string ReflectionInTurn = "reflection_in_turn";
    public const string Majority = "majority";

    /// <summary>Between arms.</summary>
    public const string Arms = "arms";

    /// <summary>Within an arm, against the base, and against best of n at other costs.</summary>
    public const string Stages = "stages";

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
                all.AddRange(
                    from level in levels
                    from choice in Enum.GetValues<BestOfNChoice>()
                    from c in CompareWithBest(single, several, level, choice)
                    select c
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

    /// <summary>Differences of the means over several levels.</summary>
    public IEnumerable<MeanComparison> Means() =>
        from pair in Pairs()
        from gathered in LevelGroups.Of(levels)
        let sides = gathered
            .Levels.Select(level =>
                Inference.Pair(
                    Runs(pair.Left, pair.Right, level)
                        .Select(r => (r.Left.Clusters(Measures.Accuracy), r.Right.Clusters(Measures.Accuracy)))
                )
            )
            .ToList()
        let difference = inference.Means.Difference([
            .. sides.Select(s =>
                ((IReadOnlyList<Cluster>)[.. s.Values.Select(v => v.Left)], (IReadOnlyList<Cluster>)[.. s.Values.Select(v => v.Right)])
            ),
        ])
        where difference is not null
        select new MeanComparison(pair.Left.Model.Key, pair.Right.Model.Key, gathered.Group, difference);

    /// <summary>The model that was made with more stages stands left.</summary>
    private IEnumerable<(EvaluatedModel Left, EvaluatedModel Right)> Pairs()
    {
        var finals = models.Where(m => m.Model.Final).ToList();
        var against = finals.FirstOrDefault(m =>
            m.Model.Arm == reference || m.Model.Aliases.Any(a => a.StartsWith(reference + "/", StringComparison.Ordinal))
        );
        for (var i = 0; i < finals.Count; i++)
        {
            for (var j = i + 1; j < finals.Count; j++)
            {
                if (against is null)
                {
                    yield return IsMethod(finals[j]) && !IsMethod(finals[i]) ? (finals[j], finals[i]) : (finals[i], finals[j]);
                }
                else if (finals[i] == against || finals[j] == against)
                {
                    yield return finals[i] == against ? (finals[j], against) : (finals[i], against);
                }
            }
        }

        foreach (var model in finals)
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

    /// <summary>An arm that goes through SFT and GRPO, in whichever order.</summary>
    private bool IsMethod(EvaluatedModel model) =>
        model.Model is { Final: true, GrpoSteps: not null }
        && (
            model.Model.Checkpoint == StageNames.Sft
            || models.Any(m =>
                (m.Model.Arm == model.Model.Arm && m.Model.Checkpoint == StageNames.Sft)
                || m.Model.Aliases.Contains($"{model.Model.Arm}/{StageNames.Sft}")
            )
        );

    private static List<(long Seed, LevelSummary Left, LevelSummary Right)> Runs(
        EvaluatedModel left,
        EvaluatedModel right,
        ReportedLevel level
    ) =>
        [
            .. from seed in left.Levels.Keys.Order()
            let mine = left.Find(seed, level)
            let theirs = right.Find(seed, level)
            where mine is not null && theirs is not null
            select (seed, mine, theirs),
        ];

    private Comparison? Compare(EvaluatedModel left, EvaluatedModel right, ReportedLevel level)
    {
        var runs = Runs(left, right, level);
        if (Paired(runs, Measures.Accuracy) is not { } accuracy)
        {
            return null;
        }

        var passAtK = new Dictionary<int, Estimate>();
        foreach (var k in PassAtK.Reported.Where(k => k > 1))
        {
            if (Pooled(runs, Measures.PassAtK(k)) is { } difference)
            {
                passAtK[k] = difference;
            }
        }

        var (leftTokens, rightTokens) = (MeanTokens(left, level), MeanTokens(right, level));
        return new Comparison(
            left.Model.Key,
            right.Model.Key,
            null,
            null,
            level.Task,
            level.Level,
            Basis(left.Model, right.Model, leftTokens, rightTokens),
            accuracy.Pooled,
            accuracy.AcrossSeeds,
            accuracy.Test.P,
            left.Model.Final && right.Model.Final ? Arms : Stages,
            1,
            passAtK,
            [
                .. from run in runs
                let difference = Pooled([run], Measures.Accuracy)
                where difference is not null
                select new SeedDifference(run.Seed, difference),
            ],
            leftTokens,
            rightTokens
        );
    }

    /// <summary>The n that are reported, and the smallest n that spends at least as many tokens as the left side: that one is at equal inference
    /// tokens, with the rounding in favour of the baseline. Where even the largest n spends less, none is. In turn, the same n gives the same answers for
    /// fewer tokens, so there only that one is of interest.</summary>
    private List<Comparison> CompareWithBest(EvaluatedModel single, BestOfNModel several, ReportedLevel level, BestOfNChoice choice)
    {
        var tokens = MeanTokens(single, level);
        var found = new List<Comparison>();
        var matched = false;
        foreach (
            var n in several
                .Levels.Values.SelectMany(l => l)
                .Where(l => l.Task == level.Task && l.Level == level.Level && l.N > 1)
                .Select(l => l.N)
                .Distinct()
                .Order()
        )
        {
            List<(long Seed, LevelSummary One, BestOfNLevel Best)> runs =
            [
                .. from seed in single.Levels.Keys.Order()
                let one = single.Find(seed, level)
                let best = several
                    .Levels.GetValueOrDefault(seed)
                    ?.FirstOrDefault(l => l.Task == level.Task && l.Level == level.Level && l.N == n)
                where one is not null && best is not null
                select (seed, one, best),
            ];
            var spent = Spent([.. runs.Select(r => r.Best)], choice);
            var isMatch = !matched && spent >= tokens;
            if (!isMatch && (!reported.Contains(n) || choice == BestOfNChoice.ReflectionInTurn))
            {
                continue;
            }

            IReadOnlyList<(IReadOnlyDictionary<string, Cluster>, IReadOnlyDictionary<string, Cluster>)> sides =
            [
                .. runs.Select(r => (r.One.Clusters(Measures.Accuracy), r.Best.Clusters(choice))),
            ];
            if (inference.Compare(sides) is not { } accuracy)
            {
                continue;
            }

            matched |= isMatch;
            found.Add(
                new Comparison(
                    single.Model.Key,
                    several.Model,
                    n,
                    choice switch
                    {
                        BestOfNChoice.Reflection => Reflection,
                        BestOfNChoice.ReflectionInTurn => ReflectionInTurn,
                        _ => Majority,
                    },
                    level.Task,
                    level.Level,
                    isMatch ? [EqualInferenceTokens] : [AsTrained],
                    accuracy.Pooled,
                    accuracy.AcrossSeeds,
                    accuracy.Test.P,
                    isMatch ? Arms : Stages,
                    1,
                    new Dictionary<int, Estimate>(),
                    [
                        .. from side in runs.Zip(sides)
                        let difference = Pooled([side.Second])
                        where difference is not null
                        select new SeedDifference(side.First.Seed, difference),
                    ],
                    tokens,
                    spent
                )
            );
        }

        return found;
    }

    private static double? Spent(IReadOnlyList<BestOfNLevel> runs, BestOfNChoice choice)
    {
        var groups = runs.Sum(r => r.Groups);
        return groups == 0 ? null : runs.Sum(r => (r.CostOf(choice)?.Value ?? 0) * r.Groups) / groups;
    }

    private PairedDifference? Paired(IReadOnlyList<(long Seed, LevelSummary Left, LevelSummary Right)> runs, Measure of) =>
        inference.Compare([.. runs.Select(r => (r.Left.Clusters(of), r.Right.Clusters(of)))]);

    private Estimate? Pooled(IReadOnlyList<(long Seed, LevelSummary Left, LevelSummary Right)> runs, Measure of) =>
        Pooled(runs.Select(r => (r.Left.Clusters(of), r.Right.Clusters(of))));

    private Estimate? Pooled(IEnumerable<(IReadOnlyDictionary<string, Cluster> Left, IReadOnlyDictionary<string, Cluster> Right)> runs)
    {
        var pairs = Inference.Pair(runs);
        return inference.Questions.Difference([.. pairs.Values.Select(p => p.Left)], [.. pairs.Values.Select(p => p.Right)]);
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

    private static double? MeanTokens(EvaluatedModel model, ReportedLevel level)
    {
        var runs = model.Runs(level);
        var samples = runs.Sum(r => r.Samples);
        return samples == 0 ? null : runs.Sum(r => (r.Tokens?.Value ?? 0) * r.Samples) / samples;
    }
}
