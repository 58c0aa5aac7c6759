using System.Text.Json;
using SkillFactory.Core.Artifacts;

namespace SkillFactory.Core.Planning;

/// <summary>Finds the stages of a plan that have a result already. The key of a stage is known once its inputs have results.</summary>
public static class PlanForecast
{
    /// <returns>Manifests by node id. A stage without one would run, and with it all stages that depend on it.</returns>
    public static async Task<IReadOnlyDictionary<string, StageResult>> FindAsync(
        ExperimentPlan plan,
        BaseModel model,
        IArtifactStore store,
        CancellationToken cancellationToken = default
    )
    {
        var found = new Dictionary<string, StageResult>(StringComparer.Ordinal);
        foreach (var node in plan.Nodes.Where(n => n.Needs.All(found.ContainsKey)))
        {
            if (await FindAsync(store, StageKey.Compute(node, found, model, plan.DeviceClass), cancellationToken) is { } result)
            {
                found[node.Id] = result;
            }
        }

        return found;
    }

    /// <summary>The manifest under a stage key, or null when it or one of its outputs is missing.</summary>
    public static async Task<StageResult?> FindAsync(IArtifactStore store, string key, CancellationToken cancellationToken = default)
    {
        if (await store.FindAsync(key, cancellationToken) is not { } manifest)
        {
            return null;
        }

        var result = JsonSerializer.Deserialize<StageResult>(manifest, CoreJson.Options)!;
        foreach (var output in result.Outputs.Values)
        {
            if (!await store.ExistsAsync(output, cancellationToken))
            {
                return null;
            }
        }

        return result;
    }
}
