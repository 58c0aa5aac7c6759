using SkillFactory.Core.Metrics;
using SkillFactory.Core.Planning;
using SkillFactory.Core.Recipes;
using SkillFactory.Evaluation.Summaries;

namespace SkillFactory.Reporting;

/// <summary>One model of the report with its evaluations by seed.</summary>
/// <param name="Stages">Evaluation stages by seed.</param>
/// <param name="Levels">Summaries by seed.</param>
internal sealed record EvaluatedModel(
    ReportedModel Model,
    IReadOnlyDictionary<long, IReadOnlyList<StageResult>> Stages,
    IReadOnlyDictionary<long, IReadOnlyList<LevelSummary>> Levels
)
{
    public LevelSummary? Find(long seed, ReportedLevel level) =>
        Levels.TryGetValue(seed, out var all) ? all.FirstOrDefault(l => l.Task == level.Task && l.Level == level.Level) : null;

    /// <summary>The seeds' summaries of a level. One evaluation that several seeds share (the base) is one run, not several.</summary>
    public IReadOnlyList<LevelSummary> Runs(ReportedLevel level) =>
        [.. Stages.DistinctBy(s => string.Join(' ', s.Value.Select(r => r.Key))).Select(s => Find(s.Key, level)).OfType<LevelSummary>()];
}

/// <summary>Finds the models among the evaluation stages: the base once, then every arm's checkpoints, each distinct one once.</summary>
internal static class EvaluatedModels
{
    private static readonly string[] InOrder = [Checkpoints.Base, StageNames.Sft, StageNames.Grpo];

    public static async Task<IReadOnlyList<EvaluatedModel>> LoadAsync(
        RunExport run,
        IReadOnlyList<TokenAccount> tokens,
        StoredSummaries summaries,
        CancellationToken cancellationToken
    )
    {
        var models = new List<EvaluatedModel>();
        var known = new Dictionary<string, int>(StringComparer.Ordinal);
        var evaluations = run.Stages.Where(s => s.Stage == StageKinds.Evaluate && s.Checkpoint.Length > 0).ToList();
        var checkpoints = evaluations
            .GroupBy(s => s.Checkpoint == Checkpoints.Base ? (Arm: "", Checkpoint: Checkpoints.Base) : (s.Arm, s.Checkpoint))
            .OrderBy(g => g.Key.Arm.Length == 0 ? -1 : ArmIndex(run.Recipe, g.Key.Arm))
            .ThenBy(g => Array.IndexOf(InOrder, g.Key.Checkpoint));
        foreach (var checkpoint in checkpoints)
        {
            var (arm, name) = checkpoint.Key;
            var key = arm.Length == 0 ? Checkpoints.Base : $"{arm}/{name}";
            var stages = checkpoint
                .GroupBy(s => s.Seed)
                .OrderBy(s => s.Key)
                .ToDictionary(s => s.Key, s => (IReadOnlyList<StageResult>)[.. s.Select(r => r.Result).DistinctBy(r => r.Key)]);
            var identity = string.Join('|', stages.Select(s => $"{s.Key}:{string.Join(' ', s.Value.Select(r => r.Key))}"));
            if (known.TryGetValue(identity, out var same))
            {
                models[same] = models[same] with { Model = models[same].Model with { Aliases = [.. models[same].Model.Aliases, key] } };
                continue;
            }

            var levels = new Dictionary<long, IReadOnlyList<LevelSummary>>();
            foreach (var (seed, results) in stages)
            {
                var all = new List<LevelSummary>();
                foreach (var result in results)
                {
                    all.AddRange(await summaries.EvaluationAsync(result, cancellationToken));
                }

                levels[seed] = all;
            }

            known[identity] = models.Count;
            var final = arm.Length > 0 && name == FinalCheckpoint(run.Recipe, arm);
            var reinforced = GrpoBefore(run, arm, final);
            models.Add(
                new EvaluatedModel(
                    new ReportedModel(
                        key,
                        arm.Length == 0 ? Checkpoints.Base
                            : final ? arm
                            : $"{arm} ({name.ToUpperInvariant()})",
                        arm,
                        name,
                        final,
                        Mean(
                            reinforced.Select(seed => seed.Sum(s => s.Result.Counts.GetValueOrDefault(CountNames.Steps))).Where(steps => steps > 0)
                        ),
                        Mean(tokens.Where(t => t.Arm == arm).Select(t => t.Total - t.GrpoGenerated + Generated(reinforced[t.Seed]))) ?? 0,
                        []
                    ),
                    stages,
                    levels
                )
            );
        }

        return models;
    }

    /// <summary>The checkpoint an arm ends with: that of its last training stage, or base for an arm without training.</summary>
    public static string FinalCheckpoint(Recipe recipe, string arm) =>
        recipe.Arms.FirstOrDefault(a => a.Name == arm)?.Stages.LastOrDefault(s => s is StageNames.Sft or StageNames.Grpo)
        ?? Checkpoints.Base;

    private static int ArmIndex(Recipe recipe, string arm)
    {
        var index = recipe.Arms.ToList().FindIndex(a => a.Name == arm);
        return index < 0 ? int.MaxValue : index;
    }

    /// <summary>By seed, the GRPO stages that a measured checkpoint of an arm has behind it: all of them at its end, all but the last where the
    /// last SFT is measured on the way there.</summary>
    private static ILookup<long, ArmStageResult> GrpoBefore(RunExport run, string arm, bool final)
    {
        var stages = run.Stages.Where(s => s.Arm == arm && s.Stage == StageNames.Grpo).DistinctBy(s => (s.Seed, s.Result.Key)).ToList();
        var last = run.Recipe.Arms.FirstOrDefault(a => a.Name == arm)?.Stages.Count(s => s == StageNames.Grpo);
        return stages.Where(s => final || s.Round < last).ToLookup(s => s.Seed);
    }

    private static double Generated(IEnumerable<ArmStageResult> stages) =>
        stages.Sum(s => s.Result.Counts.GetValueOrDefault(StageResult.GeneratedTokens));

    private static double? Mean(IEnumerable<double> values)
    {
        var all = values.ToList();
        return all.Count == 0 ? null : all.Average();
    }
}
