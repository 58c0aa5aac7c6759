using SkillFactory.Core.Artifacts;
using SkillFactory.Core.Evaluation;
using SkillFactory.Core.Metrics;
using SkillFactory.Core.Pipeline;
using SkillFactory.Core.Randomness;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.Statistics;

namespace SkillFactory.Core.Reports;

/// <summary>Makes the report of a run from its stages' manifests and artifacts. Deterministic: the same stages give the same report.</summary>
public static class RunReportBuilder
{
    /// <summary>Metrics that are drawn or likely to be asked for; the metrics files hold all of them.</summary>
    private static readonly string[] CurveMetrics =
    [
        "reward", "completions/mean_length", "completions/clipped_ratio", "entropy", "frac_reward_zero_std",
        "skills/attempts_mean", "skills/first_attempt_accuracy", "kl", "grad_norm", "loss",
    ];

    /// <exception cref="Errors.UserErrorException">An artifact is missing or damaged.</exception>
    public static async Task<RunReport> BuildAsync(RunExport run, IArtifactStore store, CancellationToken cancellationToken = default)
    {
        var artifacts = new StageArtifacts(store);
        var settings = run.Recipe.Evaluation;
        var bootstrap = new Bootstrap(KeyedRandom.Of(run.Recipe.Seeds.Count > 0 ? run.Recipe.Seeds[0] : 0, "report"), settings.Resamples, settings.Confidence);
        var tokens = Accounts.Tokens(run);
        var models = await EvaluatedModels.LoadAsync(run, tokens, artifacts, cancellationToken);
        var levels = Levels(run.Recipe, models);
        var bestOfN = await BestOfNAsync(run, models, artifacts, cancellationToken);
        var comparisons = new Comparisons(models, bestOfN, levels, bootstrap).Build();
        var stages = Accounts.Stages(run);

        var draft = new RunReport
        {
            Run = new ReportedRun(
                run.ExperimentId,
                run.Recipe.Name,
                run.Recipe.Description,
                Path.GetFileName(Path.TrimEndingDirectorySeparator(run.Recipe.Model)),
                run.Recipe.Device,
                run.Machine,
                run.Version,
                run.StartedAt,
                run.Complete,
                run.Recipe.Seeds,
                settings.Confidence,
                settings.Resamples,
                stages.Where(s => !s.Shared).Sum(s => s.WallSeconds),
                stages.Where(s => !s.Shared && s.Reused).Sum(s => s.WallSeconds)),
            Summary = [],
            Models = [.. models.Select(m => m.Model)],
            Levels = levels,
            Evaluations = [.. from level in levels from model in models where model.Runs(level).Count > 0 select Cell(model, level, bootstrap)],
            Comparisons = comparisons,
            Verdicts = Verdicts.Of(comparisons, models, levels),
            BestOfN = [.. BestCells(bestOfN, levels, bootstrap)],
            Skills = [.. from level in levels from model in models let skills = SkillsOf(model, level) where skills is not null select SkillRow(model.Model.Key, level, skills, settings.Confidence)],
            Gates = Accounts.Gates(run),
            Tokens = tokens,
            Curves = await CurvesAsync(run, artifacts, cancellationToken),
            Stages = stages,
            Samples = await SampleTraces.PickAsync(models, levels, artifacts, cancellationToken),
            Caveats = [],
            Recipe = run.RecipeText,
        };
        return draft with { Summary = Narrative.Summary(draft, run.Recipe), Caveats = Narrative.Caveats(draft) };
    }

    private static IReadOnlyList<ReportedLevel> Levels(Recipe recipe, IReadOnlyList<EvaluatedModel> models)
    {
        var trained = recipe.Train.Concat(recipe.Arms.SelectMany(a => a.Set.Train ?? [])).Select(t => (t.Task, t.Level)).ToHashSet();
        var evaluated = models.SelectMany(m => m.Levels.Values).SelectMany(l => l).Select(l => (l.Task, l.Level)).ToHashSet();
        return
        [
            .. recipe.Evaluation.Sets.Select(s => (s.Task, s.Level)).Where(evaluated.Contains).Concat(evaluated.Order()).Distinct()
                .Select(l => new ReportedLevel(l.Task, l.Level, trained.Contains(l), trained.Any(t => t.Task == l.Task) && trained.Where(t => t.Task == l.Task).Min(t => Rank(t.Level)) < Rank(l.Level))),
        ];
    }

    /// <summary>Difficulty by the numbers in a level's label: "4" is above "3", "2x2" above "2x1".</summary>
    private static double Rank(string level) =>
        string.Concat(level.Select(c => char.IsAsciiDigit(c) ? c : ' ')).Split(' ', StringSplitOptions.RemoveEmptyEntries).Sum(double.Parse);

    private static EvaluationCell Cell(EvaluatedModel model, ReportedLevel level, Bootstrap bootstrap) => new(
        model.Model.Key,
        level.Task,
        level.Level,
        EvaluationFigures.Of(LevelSummary.Pool(model.Runs(level), bootstrap)),
        [.. model.Levels.Keys.Order().Select(seed => (seed, Found: model.Find(seed, level))).Where(s => s.Found is not null).Select(s => new SeedFigures(s.seed, EvaluationFigures.Of(s.Found!)))]);

    private static async Task<IReadOnlyList<BestOfNModel>> BestOfNAsync(RunExport run, IReadOnlyList<EvaluatedModel> models, StageArtifacts artifacts, CancellationToken cancellationToken)
    {
        var found = new List<BestOfNModel>();
        foreach (var group in run.Stages.Where(s => s.Stage == StageKinds.BestOfN).GroupBy(s => ModelKey(run.Recipe, s)))
        {
            var bySeed = new Dictionary<long, IReadOnlyList<BestOfNLevel>>();
            foreach (var stage in group.DistinctBy(s => s.Seed))
            {
                if (await artifacts.JsonAsync<BestOfNSummary>(stage.Result, StageOutputs.Summary, cancellationToken) is { } summary)
                {
                    bySeed[stage.Seed] = summary.Levels;
                }
            }

            // Named after the model as the report shows it, where two arms share the checkpoint.
            if (models.FirstOrDefault(m => m.Model.Key == group.Key || m.Model.Aliases.Contains(group.Key)) is { } model && bySeed.Count > 0 && found.All(f => f.Model != model.Model.Key))
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

    private static IEnumerable<BestOfNCell> BestCells(IReadOnlyList<BestOfNModel> models, IReadOnlyList<ReportedLevel> levels, Bootstrap bootstrap) =>
        from model in models
        from level in levels
        from byN in model.Levels.OrderBy(l => l.Key).SelectMany(l => l.Value.Select(v => (Seed: l.Key, Level: v))).Where(l => l.Level.Task == level.Task && l.Level.Level == level.Level).GroupBy(l => l.Level.N).OrderBy(g => g.Key)
        select new BestOfNCell(
            model.Model,
            BestOfNLevel.Pool([.. byN.Select(l => l.Level)], bootstrap) with { PerQuestion = new Dictionary<string, BestOfNResult>() },
            [.. byN.Where(l => l.Level.Verifier is not null).Select(l => new SeedEstimate(l.Seed, l.Level.Verifier!))]);

    private static SkillMetrics? SkillsOf(EvaluatedModel model, ReportedLevel level)
    {
        var runs = model.Runs(level).Select(r => r.Skills).OfType<SkillMetrics>().ToList();
        return runs.Count == 0 ? null : runs.Aggregate((a, b) => a + b);
    }

    private static SkillCell SkillRow(string model, ReportedLevel level, SkillMetrics s, double confidence) => new(
        model,
        level.Task,
        level.Level,
        s,
        s.AttemptsPerResponse,
        s.ReflectionsPerResponse,
        s.WellFormed.ToEstimate(confidence),
        s.StopAfterCorrect.ToEstimate(confidence),
        s.StopAfterIncorrect.ToEstimate(confidence),
        s.Judged.CorrectPrecision.ToEstimate(confidence),
        s.Judged.CorrectRecall.ToEstimate(confidence),
        s.Judged.CorrectF1,
        s.Judged.IncorrectPrecision.ToEstimate(confidence),
        s.Judged.IncorrectRecall.ToEstimate(confidence),
        s.Judged.IncorrectF1,
        s.Judged.Right.ToEstimate(confidence),
        s.FirstAttempt.ToEstimate(confidence),
        s.AnyAttempt.ToEstimate(confidence),
        s.RightToWrong.ToEstimate(confidence),
        s.WrongToRight.ToEstimate(confidence),
        s.NearDuplicates.ToEstimate(confidence));

    private static async Task<IReadOnlyList<Curve>> CurvesAsync(RunExport run, StageArtifacts artifacts, CancellationToken cancellationToken)
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
                var points = rows.Where(r => r.Values.TryGetValue(metric, out var value) && double.IsFinite(value)).OrderBy(r => r.Step).ToList();
                if (points.Count > 0)
                {
                    curves.Add(new Curve(stage.Arm, stage.Seed, stage.Stage, metric, [.. points.Select(p => p.Step)], [.. points.Select(p => p.Values[metric])]));
                }
            }
        }

        return curves;
    }
}
