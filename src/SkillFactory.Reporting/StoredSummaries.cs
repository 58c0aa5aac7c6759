using System.Text.Json;
using SkillFactory.Core;
using SkillFactory.Core.Planning;
using SkillFactory.Core.Randomness;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.Sampling;
using SkillFactory.Core.Tasks;
using SkillFactory.Evaluation.Summaries;

namespace SkillFactory.Reporting;

/// <summary>Summaries of measuring stages, each read once. One of an older version is made again from the rollouts beside it, so that no model
/// has to run again because a measure was added.</summary>
internal sealed class StoredSummaries(StageArtifacts artifacts, EvaluationSettings settings)
{
    private readonly Dictionary<string, IReadOnlyList<LevelSummary>> _known = new(StringComparer.Ordinal);

    /// <summary>Levels of an evaluation, forced or not.</summary>
    public async Task<IReadOnlyList<LevelSummary>> EvaluationAsync(StageResult stage, CancellationToken cancellationToken)
    {
        if (!_known.TryGetValue(stage.Key, out var levels))
        {
            levels = (
                await CurrentAsync<EvaluationSummary>(stage, EvaluationSummary.CurrentVersion, cancellationToken)
                ?? await EvaluateAgainAsync(stage, cancellationToken)
            ).Levels;
            _known[stage.Key] = levels;
        }

        return levels;
    }

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

    private async Task<EvaluationSummary> EvaluateAgainAsync(StageResult stage, CancellationToken cancellationToken)
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

    private async Task<T?> CurrentAsync<T>(StageResult stage, int version, CancellationToken cancellationToken)
        where T : class
    {
        var document = await artifacts.JsonAsync<JsonDocument>(stage, StageOutputs.Summary, cancellationToken);
        return document?.RootElement.GetProperty("schemaVersion").GetInt32() == version ? document.Deserialize<T>(CoreJson.Options) : null;
    }

    private static KeyedRandom RandomOf(StageResult stage) => KeyedRandom.Of(0, stage.Key);
}
