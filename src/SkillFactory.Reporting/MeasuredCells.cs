using SkillFactory.Core.Planning;
using SkillFactory.Core.Recipes;
using SkillFactory.Evaluation.Statistics;
using SkillFactory.Evaluation.Summaries;

namespace SkillFactory.Reporting;

/// <summary>One cell of the report per model and level, from the summaries of its seeds.</summary>
internal sealed class MeasuredCells(
    IReadOnlyList<EvaluatedModel> models,
    IReadOnlyList<ReportedLevel> levels,
    EvaluationSettings settings,
    Inference inference
)
{
    public IReadOnlyList<EvaluationCell> Evaluations() =>
        [.. from level in levels from model in models where model.Runs(level).Count > 0 select Cell(model, level)];

    public IReadOnlyList<SkillCell> Skills() =>
        [
            .. from level in levels
            from model in models
            let skills = SkillFigures.Of(model.Runs(level), inference.Questions)
            where skills is not null
            select new SkillCell(model.Model.Key, level.Task, level.Level, skills),
        ];

    public IReadOnlyList<MeanCell> Means() =>
        [
            .. from model in models
            from gathered in LevelGroups.Of(levels)
            let mean = inference.Means.Mean([.. gathered.Levels.Select(level => Pooled(model.Runs(level), Measures.Accuracy))])
            where mean is not null
            select new MeanCell(model.Model.Key, gathered.Group, [.. gathered.Levels.Select(l => l.Label)], mean),
        ];

    public IReadOnlyList<MeanCell> Families() =>
        [
            .. from model in models
            from family in TaskFamilies.Of(levels)
            let mean = inference.Means.Mean([.. family.Levels.Select(level => Pooled(model.Runs(level), Measures.Accuracy))], family.Shares)
            where mean is not null
            select new MeanCell(model.Model.Key, family.Group, [.. family.Levels.Select(l => l.Label)], mean),
        ];

    public async Task<(IReadOnlyList<ForcedCell> Cells, IReadOnlyList<ForcedMean> Families)> ForcedAsync(
        IReadOnlyList<ArmStageResult> stages,
        Recipe recipe,
        StoredSummaries summaries,
        CancellationToken cancellationToken
    )
    {
        var (cells, families) = (new List<ForcedCell>(), new List<ForcedMean>());
        if (settings.Forcing is not { } forcing)
        {
            return (cells, families);
        }

        foreach (var model in models)
        {
            // A model that several arms share is forced once for each of their triggers.
            var forced = stages.Where(s =>
                s.Stage == StageKinds.Force && KeyOf(s) is var key && (key == model.Model.Key || model.Model.Aliases.Contains(key))
            );
            foreach (var byTrigger in forced.GroupBy(s => forcing.TriggerOf(recipe.Arms.First(a => a.Name == s.Arm), s.Checkpoint)))
            {
                var bySeed = new Dictionary<long, IReadOnlyList<LevelSummary>>();
                foreach (var stage in byTrigger.DistinctBy(s => s.Seed))
                {
                    bySeed[stage.Seed] = await summaries.EvaluationAsync(stage.Result, cancellationToken);
                }

                cells.AddRange(levels.Select(level => Forced(model, level, bySeed, byTrigger.Key, forcing)).OfType<ForcedCell>());
                families.AddRange(
                    TaskFamilies.Of(levels).Select(family => Forced(model, family, bySeed, byTrigger.Key)).OfType<ForcedMean>()
                );
            }
        }

        return (cells, families);

        static string KeyOf(ArmStageResult stage) =>
            stage.Checkpoint == Checkpoints.Base ? Checkpoints.Base : $"{stage.Arm}/{stage.Checkpoint}";
    }

    private EvaluationCell Cell(EvaluatedModel model, ReportedLevel level)
    {
        var runs = model.Runs(level);
        var pooled = LevelSummary.Pool(runs, inference.Questions);
        double[] accuracies = [.. runs.Select(r => r.Accuracy?.Value).OfType<double>()];
        return new EvaluationCell(
            model.Model.Key,
            level.Task,
            level.Level,
            EvaluationFigures.Of(pooled),
            inference.SeedsAndQuestions.Share([.. runs.Select(r => r.Clusters(Measures.Accuracy))]),
            accuracies.Length > 1 ? Math.Sqrt(Moments.Variance(accuracies)) : null,
            [
                .. settings
                    .Limits.Select(share => (int)Math.Ceiling(share * pooled.ResponseLimit))
                    .Append(pooled.ResponseLimit)
                    .Distinct()
                    .Order()
                    .Select(limit => new LimitFigures(
                        limit,
                        inference.Questions.Share(Pooled(runs, Measures.AccuracyWithin(limit))),
                        inference.Questions.Ratio(Pooled(runs, Measures.TokensWithin(limit)))
                    )),
            ],
            [
                .. from seed in model.Levels.Keys.Order()
                let found = model.Find(seed, level)
                where found is not null
                select new SeedFigures(seed, EvaluationFigures.Of(found)),
            ]
        );
    }

    private ForcedCell? Forced(
        EvaluatedModel model,
        ReportedLevel level,
        Dictionary<long, IReadOnlyList<LevelSummary>> bySeed,
        string trigger,
        BudgetForcingSettings forcing
    )
    {
        var runs = Runs(model, level, bySeed);
        if (
            inference.Compare([.. runs.Select(r => (r.Forced.Clusters(Measures.Accuracy), r.Standard.Clusters(Measures.Accuracy)))])
            is not { } difference
        )
        {
            return null;
        }

        var (before, after) = (
            LevelSummary.Pool([.. runs.Select(r => r.Standard)], inference.Questions),
            LevelSummary.Pool([.. runs.Select(r => r.Forced)], inference.Questions)
        );
        return new ForcedCell(
            model.Model.Key,
            level.Task,
            level.Level,
            trigger,
            forcing.Times,
            after.ResponseLimit,
            before.Accuracy!,
            after.Accuracy!,
            difference.Pooled,
            difference.Test.P,
            before.Tokens,
            after.Tokens
        );
    }

    private ForcedMean? Forced(
        EvaluatedModel model,
        TaskFamily family,
        Dictionary<long, IReadOnlyList<LevelSummary>> bySeed,
        string trigger
    )
    {
        List<SortedDictionary<string, (Cluster Forced, Cluster Standard)>> sides =
        [
            .. family.Levels.Select(level =>
                Inference.Pair(
                    Runs(model, level, bySeed).Select(r => (r.Forced.Clusters(Measures.Accuracy), r.Standard.Clusters(Measures.Accuracy)))
                )
            ),
        ];
        IReadOnlyList<IReadOnlyList<Cluster>> Side(Func<(Cluster Forced, Cluster Standard), Cluster> of) =>
            [.. sides.Select(s => (IReadOnlyList<Cluster>)[.. s.Values.Select(of)])];
        var (forced, standard) = (Side(s => s.Forced), Side(s => s.Standard));
        return inference.Means.Difference([.. forced.Zip(standard)], family.Shares) is not { } difference
            ? null
            : new ForcedMean(
                model.Model.Key,
                family.Group,
                [.. family.Levels.Select(l => l.Label)],
                trigger,
                inference.Means.Mean(standard, family.Shares)!,
                inference.Means.Mean(forced, family.Shares)!,
                difference
            );
    }

    private static List<(LevelSummary Standard, LevelSummary Forced)> Runs(
        EvaluatedModel model,
        ReportedLevel level,
        Dictionary<long, IReadOnlyList<LevelSummary>> bySeed
    ) =>
        [
            .. from seed in bySeed.Keys.Order()
            let standard = model.Find(seed, level)
            let forced = bySeed[seed].FirstOrDefault(l => l.Task == level.Task && l.Level == level.Level)
            where standard is not null && forced is not null
            select (standard, forced),
        ];

    private static List<Cluster> Pooled(IReadOnlyList<LevelSummary> runs, Measure of) =>
        [
            .. runs.SelectMany(r => r.Clusters(of))
                .GroupBy(c => c.Key, c => c.Value, StringComparer.Ordinal)
                .OrderBy(g => g.Key, StringComparer.Ordinal)
                .Select(g => g.Aggregate((a, b) => a + b))
                .Where(c => c.Weight > 0),
        ];
}
