using System.Text.Json;
using SkillFactory.Core.Artifacts;
using SkillFactory.Core.Pipeline;

namespace SkillFactory.Core.Reports;

/// <summary>Reads what stages left in the store.</summary>
internal sealed class StageArtifacts(IArtifactStore store)
{
    public const string Evaluate = "evaluate";
    public const string BestOfN = "best_of_n";

    public const string Rollouts = "rollouts";
    /// <summary>Best of n: the critiques of its rollouts.</summary>
    public const string Reflections = "reflections";
    public const string Summary = "summary";
    public const string Metrics = "metrics";
    public const string Traces = "traces";
    public const string Weights = "weights";

    /// <summary>Optional beside an evaluation's rollouts: the questions (JSON lines), so that samples can show them.</summary>
    public const string Questions = "questions";

    /// <summary>Outputs that hold rollouts.</summary>
    public static IReadOnlyList<string> RolloutOutputs { get; } = [Rollouts, Reflections];

    /// <summary>One JSON document, or null when the stage has no such output.</summary>
    public async Task<T?> JsonAsync<T>(StageResult stage, string output, CancellationToken cancellationToken)
        where T : class
    {
        if (!stage.Outputs.TryGetValue(output, out var artifact))
        {
            return null;
        }

        await using var stream = await store.OpenReadAsync(artifact, cancellationToken);
        return await JsonSerializer.DeserializeAsync<T>(stream, CoreJson.Options, cancellationToken);
    }

    /// <summary>JSON lines; none when the stage has no such output.</summary>
    public async IAsyncEnumerable<T> LinesAsync<T>(StageResult stage, string output, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        if (!stage.Outputs.TryGetValue(output, out var artifact))
        {
            yield break;
        }

        await using var stream = await store.OpenReadAsync(artifact, cancellationToken);
        await foreach (var item in CoreJson.ReadLinesAsync<T>(stream, cancellationToken))
        {
            yield return item;
        }
    }
}
