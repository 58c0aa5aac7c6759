using SkillFactory.Core.Metrics;
using SkillFactory.Core.Planning;
using SkillFactory.Core.Recipes;
using SkillFactory.Evaluation.Summaries;
using SkillFactory.Reporting.Report;
using SkillFactory.Reporting.RunFolder;

namespace SkillFactory.Reporting.Measurements;

/// <summary>Loads the evaluated models: the base model first, then the checkpoints of each arm. A checkpoint that several arms share is one
/// model.</summary>
internal static class EvaluatedModels
{
    private static readonly string[] CheckpointOrder = [Checkpoints.Base, StageNames.Sft, StageNames.Grpo];

    public static async Task<IReadOnlyList<EvaluatedModel>> LoadAsync(
        RunExport run,
        IReadOnlyList<TokenAccount> tokens,
        StoredSummaries summaries,
        CancellationToken cancellationToken
    )
    {
        var models = new List<EvaluatedModel>();
        var indexByIdentity = new Dictionary<string, int>(StringComparer.Ordinal);
        var evaluations = run.Stages.Where(s => s.Stage == StageKinds.Evaluate && s.Checkpoint.Length > 0).ToList();
        var checkpoints = evaluations
            .GroupBy(s => s.Checkpoint == Checkpoints.Base ? (Arm: "", Checkpoint: Checkpoints.Base) : (s.Arm, s.Checkpoint))
            .OrderBy(g => g.Key.Arm.Length == 0 ? -1 : ArmIndex(run.Recipe, g.Key.Arm))
            .ThenBy(g => Array.IndexOf(CheckpointOrder, g.Key.Checkpoint));
        foreach (var checkpoint in checkpoints)
        {
            var (arm, name) = checkpoint.Key;
            var key = arm.Length == 0 ? Checkpoints.Base : $"{arm}/{name}";
            var stages = checkpoint
                .GroupBy(s => s.Seed)
                .OrderBy(s => s.Key)
                .ToDictionary(s => s.Key, s => (IReadOnlyList<StageResult>)[.. s.Select(r => r.Result).DistinctBy(r => r.Key)]);
            var identity = string.Join('|', stages.Select(s => $"{s.Key}:{string.Join(' ', s.Value.Select(r => r.Key))}"));
            var final = arm.Length > 0 && name == FinalCheckpoint(run.Recipe, arm);
            if (indexByIdentity.TryGetValue(identity, out var same))
            {
                var model = models[same].Model;
                models[same] = models[same] with
                {
                    Model = model with { Aliases = [.. model.Aliases, key], Label = final ? $"{model.Label} = {arm}" : model.Label },
                };
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

            indexByIdentity[identity] = models.Count;
            var grpoStages = GrpoBefore(run, arm, final);
            models.Add(
                new EvaluatedModel(
                    new ReportedModel(
                        Key: key,
                        Label: arm.Length == 0 ? BaseLabel(run.Recipe)
                            : final ? arm
                            : $"{arm} ({name.ToUpperInvariant()})",
                        Arm: arm,
                        Checkpoint: name,
                        Final: final,
                        GrpoSteps: Mean(
                            grpoStages
                                .Select(seed => seed.Sum(s => s.Result.Counts.GetValueOrDefault(CountNames.Steps)))
                                .Where(steps => steps > 0)
                        ),
                        TrainingTokens: Mean(
                            tokens.Where(t => t.Arm == arm).Select(t => t.Total - t.GrpoGenerated + Generated(grpoStages[t.Seed]))
                        ) ?? 0,
                        Aliases: []
                    ),
                    stages,
                    levels
                )
            );
        }

        return models;
    }

    /// <summary>The checkpoint of the last training stage of an arm, or base for an arm without training.</summary>
    public static string FinalCheckpoint(Recipe recipe, string arm) =>
        recipe.Arms.FirstOrDefault(a => a.Name == arm)?.Stages.LastOrDefault(s => s is StageNames.Sft or StageNames.Grpo)
        ?? Checkpoints.Base;

    /// <summary>The base model, and the arms without training if they have another name.</summary>
    private static string BaseLabel(Recipe recipe) =>
        string.Join(
            " = ",
            recipe.Arms.Select(a => a.Name).Where(a => FinalCheckpoint(recipe, a) == Checkpoints.Base).Prepend(Checkpoints.Base).Distinct()
        );

    private static int ArmIndex(Recipe recipe, string arm)
    {
        var index = recipe.Arms.ToList().FindIndex(a => a.Name == arm);
        return index < 0 ? int.MaxValue : index;
    }

    /// <summary>The GRPO stages that led to an evaluated checkpoint, by seed. These are all GRPO stages of the arm for its final
    /// checkpoint, and all but the last round for an earlier one.</summary>
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
