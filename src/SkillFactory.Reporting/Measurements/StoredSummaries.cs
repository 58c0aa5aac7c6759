using System.Text.Json;
using SkillFactory.Core;
using SkillFactory.Core.Planning;
using SkillFactory.Core.Randomness;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.Sampling;
using SkillFactory.Core.Tasks;
using SkillFactory.Evaluation.Summaries;
using SkillFactory.Reporting.RunFolder;

namespace SkillFactory.Reporting.Measurements;

/// <summary>Reads the summaries of evaluation stages, each only once. A summary of another version is computed again from the stage's
/// rollouts, so that a new measure does not require new responses.</summary>
internal sealed class StoredSummaries(StageArtifacts artifacts, EvaluationSettings settings)
{
    private readonly Dictionary<string, IReadOnlyList<LevelSummary>> _evaluations = new(StringComparer.Ordinal);

    /// <summary>The levels of an evaluation or a budget-forcing stage.</summary>
    public async Task<IReadOnlyList<LevelSummary>> EvaluationAsync(StageResult stage, CancellationToken cancellationToken)
    {
        if (!_evaluations.TryGetValue(stage.Key, out var levels))
        {
            levels = (
                await CurrentAsync<EvaluationSummary>(stage, EvaluationSummary.CurrentVersion, cancellationToken)
                ?? await ComputeAsync(stage, cancellationToken)
            ).Levels;
            _evaluations[stage.Key] = levels;
        }

        return levels;
    }

    /// <summary>The levels of a best-of-n stage.</summary>
    public async Task<IReadOnlyList<BestOfNLevel>> BestOfNAsync(StageResult stage, CancellationToken cancellationToken) =>
        (
            await CurrentAsync<BestOfNSummary>(stage, BestOfNSummary.CurrentVersion, cancellationToken)
            ?? BestOfNSummary.Compute(
                await artifacts.LinesAsync<Rollout>(stage, StageOutputs.Rollouts, cancellationToken).ToListAsync(cancellationToken),
                await artifacts.LinesAsync<Rollout>(stage, StageOutputs.Reflections, cancellationToken).ToListAsync(cancellationToken),
                [.. Enumerable.Range(1, settings.BestOfN.Max())],
                settings,
                RandomOf(stage)
            )
        ).Levels;

    private async Task<EvaluationSummary> ComputeAsync(StageResult stage, CancellationToken cancellationToken)
    {
        var rollouts = await artifacts.LinesAsync<Rollout>(stage, StageOutputs.Rollouts, cancellationToken).ToListAsync(cancellationToken);
        var questions = new Dictionary<string, Question>(StringComparer.Ordinal);
        await foreach (var question in artifacts.LinesAsync<Question>(stage, StageOutputs.Questions, cancellationToken))
        {
            questions[question.Id] = question;
        }

        return questions.Count == 0
            ? EvaluationSummary.Compute(rollouts, settings, RandomOf(stage))
            : EvaluationSummary.Compute(rollouts, settings, RandomOf(stage), questions, (question, attempt) =>
                TaskRegistry.Get(question.Task).Grade(question, attempt, truncated: false)
            );
    }

    /// <summary>Reads the summary of a stage. Null when it has another version.</summary>
    private async Task<T?> CurrentAsync<T>(StageResult stage, int version, CancellationToken cancellationToken)
        where T : class
    {
        var document = await artifacts.JsonAsync<JsonDocument>(stage, StageOutputs.Summary, cancellationToken);
        return document?.RootElement.GetProperty("schemaVersion").GetInt32() == version ? document.Deserialize<T>(CoreJson.Options) : null;
    }

    private static KeyedRandom RandomOf(StageResult stage) => KeyedRandom.Of(0, stage.Key);
}
