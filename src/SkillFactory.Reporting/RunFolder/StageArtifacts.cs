using System.Runtime.CompilerServices;
using System.Text.Json;
using SkillFactory.Core;
using SkillFactory.Core.Artifacts;
using SkillFactory.Core.Planning;

namespace SkillFactory.Reporting.RunFolder;

/// <summary>Reads the output artifacts of stages.</summary>
internal sealed class StageArtifacts(IArtifactStore store)
{
    /// <summary>Outputs that contain rollouts.</summary>
    public static IReadOnlyList<string> RolloutOutputs { get; } =
    [StageOutputs.Rollouts, StageOutputs.Reflections, StageOutputs.Validation];

    /// <summary>Outputs that contain questions.</summary>
    public static IReadOnlyList<string> QuestionOutputs { get; } = [StageOutputs.Questions, StageOutputs.ValidationQuestions];

    /// <summary>Reads a JSON document. Null when the stage has no such output.</summary>
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

    /// <summary>Reads JSON lines. Empty when the stage has no such output.</summary>
    public async IAsyncEnumerable<T> LinesAsync<T>(
        StageResult stage,
        string output,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
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
