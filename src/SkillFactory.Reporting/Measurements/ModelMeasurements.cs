using SkillFactory.Core.Planning;
using SkillFactory.Core.Recipes;
using SkillFactory.Evaluation.Statistics;
using SkillFactory.Evaluation.Summaries;
using SkillFactory.Reporting.Report;

namespace SkillFactory.Reporting.Measurements;

/// <summary>Computes the results of each model on each level from the summaries of its seeds.</summary>
internal sealed class ModelMeasurements(
    IReadOnlyList<EvaluatedModel> models,
    IReadOnlyList<ReportedLevel> levels,
    EvaluationSettings settings,
    StatisticalInference inference
)
{
    public IReadOnlyList<LevelEvaluation> Evaluations() =>
        [.. from level in levels from model in models where model.Runs(level).Count > 0 select Evaluate(model, level)];

    public IReadOnlyList<LevelSkills> Skills() =>
        [
            .. from level in levels
            from model in models
            let skills = SkillEstimates.Of(model.Runs(level), inference.Questions)
            where skills is not null
            select new LevelSkills(model.Model.Key, level.Task, level.Level, skills),
        ];

    public IReadOnlyList<MeanAccuracy> Means() =>
        [
            .. from model in models
            from @group in LevelGroups.Of(levels)
            let mean = inference.Means.Mean([.. @group.Levels.Select(level => Pooled(model.Runs(level), Measures.Accuracy))])
            where mean is not null
            select new MeanAccuracy(model.Model.Key, @group.Name, [.. @group.Levels.Select(l => l.Label)], mean),
        ];

    public IReadOnlyList<MeanAccuracy> Families() =>
        [
            .. from model in models
            from family in TaskFamilies.Of(levels)
            let mean = inference.Means.Mean(
                [.. family.Levels.Select(level => Pooled(model.Runs(level), Measures.Accuracy))],
                family.Weights
            )
            where mean is not null
            select new MeanAccuracy(model.Model.Key, family.Group, [.. family.Levels.Select(l => l.Label)], mean),
        ];

    /// <summary>Results of budget forcing. Empty when the recipe has none.</summary>
    public async Task<ForcedResults> ForcedAsync(
        IReadOnlyList<ArmStageResult> stages,
        Recipe recipe,
        StoredSummaries summaries,
        CancellationToken cancellationToken
    )
    {
        var (evaluations, families) = (new List<ForcedEvaluation>(), new List<ForcedMeanAccuracy>());
        if (settings.Forcing is not { } forcing)
        {
            return new ForcedResults(evaluations, families);
        }

        foreach (var model in models)
        {
            // Arms that share a model may use different triggers. The model is forced once for each of them.
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

                evaluations.AddRange(
                    levels.Select(level => Force(model, level, bySeed, byTrigger.Key, forcing)).OfType<ForcedEvaluation>()
                );
                families.AddRange(
                    TaskFamilies.Of(levels).Select(family => Force(model, family, bySeed, byTrigger.Key)).OfType<ForcedMeanAccuracy>()
                );
            }
        }

        return new ForcedResults(evaluations, families);

        static string KeyOf(ArmStageResult stage) =>
            stage.Checkpoint == Checkpoints.Base ? Checkpoints.Base : $"{stage.Arm}/{stage.Checkpoint}";
    }

    private LevelEvaluation Evaluate(EvaluatedModel model, ReportedLevel level)
    {
        var runs = model.Runs(level);
        var pooled = LevelSummary.Pool(runs, inference.Questions);
        double[] accuracies = [.. runs.Select(r => r.Accuracy?.Value).OfType<double>()];
        return new LevelEvaluation(
            Model: model.Model.Key,
            Task: level.Task,
            Level: level.Level,
            Pooled: EvaluationFigures.Of(pooled),
            AcrossSeeds: inference.SeedsAndQuestions.Share([.. runs.Select(r => r.Clusters(Measures.Accuracy))]),
            SeedDeviation: accuracies.Length > 1 ? Math.Sqrt(Moments.Variance(accuracies)) : null,
            Limits:
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
            Seeds:
            [
                .. from seed in model.Levels.Keys.Order()
                let found = model.Find(seed, level)
                where found is not null
                select new SeedFigures(seed, EvaluationFigures.Of(found)),
            ]
        );
    }

    private ForcedEvaluation? Force(
        EvaluatedModel model,
        ReportedLevel level,
        Dictionary<long, IReadOnlyList<LevelSummary>> bySeed,
        string trigger,
        BudgetForcingSettings forcing
    )
    {
        var runs = Runs(model, level, bySeed);
        if (inference.Compare([.. runs.Select(r => r.Clusters(Measures.Accuracy))]) is not { } difference)
        {
            return null;
        }

        var (standard, forced) = (
            LevelSummary.Pool([.. runs.Select(r => r.Standard)], inference.Questions),
            LevelSummary.Pool([.. runs.Select(r => r.Forced)], inference.Questions)
        );
        return new ForcedEvaluation(
            Model: model.Model.Key,
            Task: level.Task,
            Level: level.Level,
            Trigger: trigger,
            Times: forcing.Times,
            Limit: forced.ResponseLimit,
            Standard: standard.Accuracy!,
            Forced: forced.Accuracy!,
            Difference: difference.Pooled,
            P: difference.Test.P,
            StandardTokens: standard.Tokens,
            ForcedTokens: forced.Tokens
        );
    }

    private ForcedMeanAccuracy? Force(
        EvaluatedModel model,
        TaskFamily family,
        Dictionary<long, IReadOnlyList<LevelSummary>> bySeed,
        string trigger
    )
    {
        IReadOnlyList<IReadOnlyList<ClusterPair>> pairs =
        [
            .. family.Levels.Select(level =>
                (IReadOnlyList<ClusterPair>)
                    [.. PairedClusters.Sum(Runs(model, level, bySeed).Select(r => r.Clusters(Measures.Accuracy))).Values]
            ),
        ];
        return inference.Means.Difference(pairs, family.Weights) is not { } difference
            ? null
            : new ForcedMeanAccuracy(
                Model: model.Model.Key,
                Group: family.Group,
                Levels: [.. family.Levels.Select(l => l.Label)],
                Trigger: trigger,
                Standard: MeanOf(p => p.Right),
                Forced: MeanOf(p => p.Left),
                Difference: difference
            );

        Estimate MeanOf(Func<ClusterPair, Cluster> side) =>
            inference.Means.Mean([.. pairs.Select(level => (IReadOnlyList<Cluster>)[.. level.Select(side)])], family.Weights)!;
    }

    private static List<ForcedRun> Runs(EvaluatedModel model, ReportedLevel level, Dictionary<long, IReadOnlyList<LevelSummary>> bySeed) =>
        [
            .. from seed in bySeed.Keys.Order()
            let standard = model.Find(seed, level)
            let forced = bySeed[seed].FirstOrDefault(l => l.Task == level.Task && l.Level == level.Level)
            where standard is not null && forced is not null
            select new ForcedRun(standard, forced),
        ];

    /// <summary>A measure of each question, added up over the runs.</summary>
    private static List<Cluster> Pooled(IReadOnlyList<LevelSummary> runs, Measure of) =>
        [
            .. runs.SelectMany(r => r.Clusters(of))
                .GroupBy(c => c.Key, c => c.Value, StringComparer.Ordinal)
                .OrderBy(g => g.Key, StringComparer.Ordinal)
                .Select(g => g.Aggregate((a, b) => a + b))
                .Where(c => c.Weight > 0),
        ];

    /// <summary>One seed before and after forcing.</summary>
    private sealed record ForcedRun(LevelSummary Standard, LevelSummary Forced)
    {
        /// <summary>Forced on the left, standard on the right.</summary>
        public PairedClusters Clusters(Measure of) => new(Forced.Clusters(of), Standard.Clusters(of));
    }
}
