using System.Text.Json;
using SkillFactory.Core.Artifacts;

namespace SkillFactory.Core.Planning;

/// <summary>Which stages of a plan have a result already: found by walking the plan as a run would, as far as keys are known.</summary>
public static class PlanForecast
{
    /// <returns>Manifests by node id. A stage that is missing would run, and so would all that depend on it.</returns>
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

    /// <summary>The manifest under a stage key, if it is there with all its outputs.</summary>
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
