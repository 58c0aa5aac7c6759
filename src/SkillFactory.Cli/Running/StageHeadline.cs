using System.Text.Json;
using SkillFactory.Cli.Progress;
using SkillFactory.Core.Artifacts;
using SkillFactory.Core.Metrics;
using SkillFactory.Core.Planning;
using SkillFactory.Core.Recipes;
using SkillFactory.Evaluation.Summaries;
using SkillFactory.Grading;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Cli.Running;

/// <summary>The main result of a finished stage in a few words: the figures and names of the report.</summary>
internal static class StageHeadline
{
    /// <returns>For example "accuracy 31.2 %", "loss 0.666, gate held", "reward 0.412" or "95 traces". Empty if there is none, or if the
    /// result cannot be read: the report says what is wrong with it.</returns>
    public static async Task<string> OfAsync(StageResult stage, IArtifactStore artifacts, CancellationToken cancellationToken)
    {
        try
        {
            return await ReadAsync(stage, artifacts, cancellationToken);
        }
        catch (Exception e) when (e is IOException or JsonException or KeyNotFoundException or UserErrorException)
        {
            return "";
        }
    }

    private static async Task<string> ReadAsync(StageResult stage, IArtifactStore artifacts, CancellationToken cancellationToken)
    {
        double Count(string name) => stage.Counts.GetValueOrDefault(name);
        switch (stage.Kind)
        {
            case StageKinds.Evaluate or StageKinds.Force:
                var evaluation = await SummaryAsync<EvaluationSummary>(stage, artifacts, cancellationToken);
                return Accuracy([.. evaluation.Levels.Select(l => l.Accuracy?.Value)]);
            case StageKinds.BestOfN:
                var levels = (await SummaryAsync<BestOfNSummary>(stage, artifacts, cancellationToken)).Levels;
                var n = levels.Max(l => l.N);
                return $"best of {n}: {Accuracy([.. levels.Where(l => l.N == n).Select(l => l.Verifier?.Value)])}";
            case StageNames.Sft:
                var gate = stage.Counts.TryGetValue(CountNames.GateHeld, out var held) ? $", gate {(held > 0 ? "held" : "not held")}" : "";
                return await LastAsync(stage, MetricNames.Loss, artifacts, cancellationToken) + gate;
            case StageNames.Grpo:
                return await LastAsync(stage, MetricNames.Reward, artifacts, cancellationToken);
            case StageNames.Sample:
                return $"{DisplayFormat.Percent(Count(Name(Outcome.Correct)) / Count(CountNames.Rollouts))} of attempts correct";
            case StageNames.Reflect:
                return $"verdicts in {DisplayFormat.Percent(Count("verdicts") / Count(CountNames.Rollouts))}";
            case StageNames.Traces or StageNames.Given:
                return DisplayFormat.DoneOf(Count(StageOutputs.Traces), 0, "traces");
            default:
                return "";
        }
    }

    /// <summary>The mean over the levels, as in the report.</summary>
    private static string Accuracy(IReadOnlyList<double?> levels) =>
        $"{(levels.Count > 1 ? "mean accuracy" : "accuracy")} {DisplayFormat.Percent(levels.Average() ?? double.NaN)}";

    /// <summary>A metric of the last training step.</summary>
    private static async Task<string> LastAsync(
        StageResult stage,
        string metric,
        IArtifactStore artifacts,
        CancellationToken cancellationToken
    )
    {
        var rows = await artifacts.ReadAllAsync<MetricRow>(stage.Outputs[StageOutputs.Metrics], cancellationToken);
        return rows.LastOrDefault(row => row.Values.ContainsKey(metric)) is { } last
            ? $"{metric} {DisplayFormat.Reward(last.Values[metric])}"
            : "";
    }

    private static Task<T> SummaryAsync<T>(StageResult stage, IArtifactStore artifacts, CancellationToken cancellationToken) =>
        artifacts.GetJsonAsync<T>(stage.Outputs[StageOutputs.Summary], cancellationToken);

    private static string Name(Outcome outcome) => outcome.ToString().ToLowerInvariant();
}
