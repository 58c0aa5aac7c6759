using System.Text.Json;
using SkillFactory.Core;
using SkillFactory.Core.Artifacts;
using SkillFactory.Core.Planning;

namespace SkillFactory.Reporting;

/// <summary>Reads what stages left in the store.</summary>
internal sealed class StageArtifacts(IArtifactStore store)
{
    /// <summary>Outputs that hold rollouts.</summary>
    public static IReadOnlyList<string> RolloutOutputs { get; } =
    [StageOutputs.Rollouts, StageOutputs.Reflections, StageOutputs.Validation];

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
    public async IAsyncEnumerable<T> LinesAsync<T>(
        StageResult stage,
        string output,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default
    )
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
