using SkillFactory.Core.Artifacts;
using SkillFactory.Core.Metrics;
using SkillFactory.Core.Planning;
using SkillFactory.Core.Randomness;
using SkillFactory.Core.Recipes;
using SkillFactory.Evaluation.Statistics;
using SkillFactory.Evaluation.Summaries;
using SkillFactory.Primitives.Errors;
using SkillFactory.Reporting.ArmComparisons;
using SkillFactory.Reporting.Measurements;
using SkillFactory.Reporting.Opening;
using SkillFactory.Reporting.RunFolder;

namespace SkillFactory.Reporting.Report;

/// <summary>Builds the report of a run from the manifests and artifacts of its stages. Deterministic: the same stages give the same
/// report.</summary>
public static class RunReportBuilder
{
    /// <summary>Metrics in the report. The metrics files have all metrics.</summary>
    internal static readonly string[] CurveMetrics =
    [
        MetricNames.Reward,
        MetricNames.MeanLength,
        MetricNames.ClippedLength,
        MetricNames.Entropy,
        MetricNames.DeadGroups,
        MetricNames.Attempts,
        MetricNames.FirstAttemptAccuracy,
        MetricNames.Kl,
        MetricNames.GradientNorm,
        MetricNames.Loss,
        ValidationFigures.Accuracy,
        ValidationFigures.WellFormed,
        ValidationFigures.StopAfterCorrect,
        ValidationFigures.StopAfterIncorrect,
        ValidationFigures.Attempts,
        ValidationFigures.Length,
    ];

    /// <exception cref="UserErrorException">An artifact is missing or damaged.</exception>
    public static async Task<RunReport> BuildAsync(RunExport run, IArtifactStore store, CancellationToken cancellationToken = default)
    {
        var artifacts = new StageArtifacts(store);
        var settings = run.Recipe.Evaluation;
        var inference = new StatisticalInference(KeyedRandom.Of(run.Recipe.Seeds.Count > 0 ? run.Recipe.Seeds[0] : 0, "report"), settings);
        var summaries = new StoredSummaries(artifacts, settings);
        var tokens = StageCounts.Tokens(run);
        var models = await EvaluatedModels.LoadAsync(run, tokens, summaries, cancellationToken);
        var levels = Levels(run.Recipe, models);
        var measurements = new ModelMeasurements(models, levels, settings, inference);
        var bestOfN = await BestOfNAsync(run, models, summaries, cancellationToken);
        var comparisonBuilder = new ArmComparisonBuilder(models, bestOfN, levels, settings.Reference, settings.BestOfN, inference);
        var comparisons = comparisonBuilder.Build();
        var forced = await measurements.ForcedAsync(run.Stages, run.Recipe, summaries, cancellationToken);
        var stages = StageCounts.Times(run);

        var draft = new RunReport
        {
            Run = new ReportedRun(
                Id: run.ExperimentId,
                Name: run.Recipe.Name,
                Description: run.Recipe.Description,
                BaseModel: Path.GetFileName(Path.TrimEndingDirectorySeparator(run.Recipe.Model)),
                Device: run.Recipe.Device,
                Machine: run.Machine,
                Version: run.Version,
                StartedAt: run.StartedAt,
                Complete: run.Complete,
                Seeds: run.Recipe.Seeds,
                Confidence: settings.Confidence,
                Resamples: settings.Resamples,
                WallSeconds: stages.Where(s => !s.Shared).Sum(s => s.WallSeconds),
                ReusedWallSeconds: stages.Where(s => !s.Shared && s.Reused).Sum(s => s.WallSeconds),
                Reference: ReferenceOf(run.Recipe, models)
            ),
            Summary = [],
            Effects = [],
            RetryExample = await RetryExamples.FindAsync(run.Recipe, models, artifacts, cancellationToken),
            Models = [.. models.Select(m => m.Model)],
            Levels = levels,
            Evaluations = measurements.Evaluations(),
            Means = measurements.Means(),
            Families = measurements.Families(),
            Comparisons = comparisons,
            MeanComparisons = [.. comparisonBuilder.Means()],
            Conclusions = ConclusionBuilder.Build(comparisons, models, levels, settings.Confidence),
            BestOfN = [.. BestOfNEvaluations(bestOfN, levels, comparisons, settings.BestOfN, inference.Questions)],
            Forced = forced.Evaluations,
            ForcedFamilies = forced.Families,
            Skills = measurements.Skills(),
            Gates = StageCounts.Gates(run),
            Tokens = tokens,
            Curves = await CurvesAsync(run, artifacts, cancellationToken),
            Stages = stages,
            Samples = await SampleTraces.SelectAsync(models, levels, artifacts, cancellationToken),
            Caveats = [],
            Recipe = run.RecipeText,
        };
        draft = draft with { Effects = EffectBuilder.Build(draft, run.Recipe) };
        return draft with { Summary = OpeningText.Of(draft, run.Recipe), Caveats = CaveatText.Of(draft) };
    }

    private static string? ReferenceOf(Recipe recipe, IReadOnlyList<EvaluatedModel> models)
    {
        var arm = recipe.Evaluation.Reference
            ?? recipe.Arms.FirstOrDefault(a => a.Stages.Contains(StageNames.Sft) && a.Stages.Contains(StageNames.Grpo))?.Name;
        var key = $"{arm}/{(arm is null ? "" : EvaluatedModels.FinalCheckpoint(recipe, arm))}";
        return models.FirstOrDefault(m => m.Model.Final && (m.Model.Key == key || m.Model.Aliases.Contains(key)))?.Model.Key;
    }

    private static IReadOnlyList<ReportedLevel> Levels(Recipe recipe, IReadOnlyList<EvaluatedModel> models)
    {
        var sources = recipe.Arms.Any(a => a.Stages.Count > 0) ? recipe.TrainingSources() : [];
        var trained = sources.Select(t => (t.Task, t.Level)).ToHashSet();
        var evaluated = models.SelectMany(m => m.Levels.Values).SelectMany(l => l).Select(l => (l.Task, l.Level)).ToHashSet();
        return
        [
            .. recipe
                .Evaluation.Sets.Select(s => (s.Task, s.Level))
                .Where(evaluated.Contains)
                .Concat(evaluated.Order())
                .Distinct()
                .Select(l => new ReportedLevel(
                    l.Task,
                    l.Level,
                    trained.Contains(l),
                    trained.Any(t => t.Task == l.Task)
                        && trained.Where(t => t.Task == l.Task).Min(t => DifficultyOf(t.Level)) < DifficultyOf(l.Level)
                )),
        ];
    }

    /// <summary>Difficulty of a level: the sum of the numbers in its label, so that "4" is above "3" and "2x2" above "2x1".</summary>
    private static double DifficultyOf(string level) =>
        string.Concat(level.Select(c => char.IsAsciiDigit(c) ? c : ' '))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Sum(double.Parse);

    private static async Task<IReadOnlyList<BestOfNModel>> BestOfNAsync(
        RunExport run,
        IReadOnlyList<EvaluatedModel> models,
        StoredSummaries summaries,
        CancellationToken cancellationToken
    )
    {
        var found = new List<BestOfNModel>();
        foreach (var group in run.Stages.Where(s => s.Stage == StageKinds.BestOfN).GroupBy(s => ModelKey(run.Recipe, s)))
        {
            var bySeed = new Dictionary<long, IReadOnlyList<BestOfNLevel>>();
            foreach (var stage in group.DistinctBy(s => s.Seed))
            {
                bySeed[stage.Seed] = await summaries.BestOfNAsync(stage.Result, cancellationToken);
            }

            // When two arms share the checkpoint, the report knows the model by only one of the two keys.
            if (
                models.FirstOrDefault(m => m.Model.Key == group.Key || m.Model.Aliases.Contains(group.Key)) is { } model
                && bySeed.Count > 0
                && found.All(f => f.Model != model.Model.Key)
            )
            {
                found.Add(new BestOfNModel(model.Model.Key, bySeed));
            }
        }

        return found;
    }

    private static string ModelKey(Recipe recipe, ArmStageResult stage)
    {
        var checkpoint = stage.Checkpoint.Length > 0 ? stage.Checkpoint : EvaluatedModels.FinalCheckpoint(recipe, stage.Arm);
        return checkpoint == Checkpoints.Base ? Checkpoints.Base : $"{stage.Arm}/{checkpoint}";
    }

    /// <summary>Best of n for each n of the recipe and each n that is compared with a model at equal inference tokens.</summary>
    private static IEnumerable<BestOfNEvaluation> BestOfNEvaluations(
        IReadOnlyList<BestOfNModel> models,
        IReadOnlyList<ReportedLevel> levels,
        IReadOnlyList<ArmComparison> comparisons,
        IReadOnlyList<int> reportedNs,
        Bootstrap bootstrap
    ) =>
        from model in models
        from level in levels
        from byN in model
            .Levels.OrderBy(l => l.Key)
            .SelectMany(l => l.Value.Select(v => (Seed: l.Key, Level: v)))
            .Where(l => l.Level.Task == level.Task && l.Level.Level == level.Level)
            .GroupBy(l => l.Level.N)
            .OrderBy(g => g.Key)
        where
            reportedNs.Contains(byN.Key)
            || comparisons.Any(c => c.BestOf == byN.Key && c.Right == model.Model && c.Task == level.Task && c.Level == level.Level)
        select new BestOfNEvaluation(
            model.Model,
            BestOfNLevel.Pool([.. byN.Select(l => l.Level)], bootstrap) with
            {
                PerQuestion = new Dictionary<string, BestOfNResult>(),
            },
            [.. byN.Where(l => l.Level.Verifier is not null).Select(l => new SeedEstimate(l.Seed, l.Level.Verifier!))]
        );

    private static async Task<IReadOnlyList<Curve>> CurvesAsync(
        RunExport run,
        StageArtifacts artifacts,
        CancellationToken cancellationToken
    )
    {
        var curves = new List<Curve>();
        foreach (var stage in run.Stages.Where(s => s.Stage is StageNames.Sft or StageNames.Grpo).DistinctBy(s => s.Result.Key))
        {
            var rows = new List<MetricRow>();
            await foreach (var row in artifacts.LinesAsync<MetricRow>(stage.Result, StageOutputs.Metrics, cancellationToken))
            {
                rows.Add(row);
            }

            foreach (var metric in CurveMetrics)
            {
                var points = rows.Where(r => r.Values.TryGetValue(metric, out var value) && double.IsFinite(value))
                    .OrderBy(r => r.Step)
                    .ToList();
                if (points.Count > 0)
                {
                    var curve = new Curve(
                        stage.Arm,
                        stage.Seed,
                        stage.Stage,
                        metric,
                        [.. points.Select(p => p.Step)],
                        [.. points.Select(p => p.Values[metric])]
                    );
                    curves.Add(
                        metric == ValidationFigures.Accuracy ? WithIntervals(curve, points, run.Recipe.Evaluation.Confidence) : curve
                    );
                }
            }
        }

        return curves;
    }

    /// <summary>Adds Wilson intervals. Each question has one response, so the cases are independent.</summary>
    private static Curve WithIntervals(Curve curve, IReadOnlyList<MetricRow> points, double confidence)
    {
        List<Interval> intervals =
        [
            .. points
                .Select(p => (Share: p.Values[curve.Metric], Responses: (int)p.Values[ValidationFigures.Responses]))
                .Select(p => Wilson.Interval(p.Share * p.Responses, p.Responses, confidence)),
        ];
        return curve with { Low = [.. intervals.Select(i => i.Low)], High = [.. intervals.Select(i => i.High)] };
    }
}
