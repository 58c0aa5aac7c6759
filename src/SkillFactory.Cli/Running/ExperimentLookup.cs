using SkillFactory.Contracts.Experiments;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Cli.Running;

/// <summary>Finds an experiment by its id or a prefix of it.</summary>
internal static class ExperimentLookup
{
    /// <summary>The status of the experiment with this id, or with the only id that starts with it.</summary>
    /// <exception cref="UserErrorException">No experiment matches, or several do.</exception>
    public static async Task<ExperimentStatus> FindAsync(this IRunSystem system, string id, string workspace)
    {
        var ids = (await system.Catalog.ListAsync(null)).Select(e => e.ExperimentId).ToList();
        var matches = ids.Contains(id) ? [id] : ids.Where(i => i.StartsWith(id, StringComparison.Ordinal)).ToList();
        return matches.Count switch
        {
            1 => await system.Experiment(matches[0]).GetStatusAsync(),
            0 when ids.Count == 0 => throw new UserErrorException(
                $"there are no experiments in {workspace}; use --workspace to select another folder"
            ),
            0 => throw new UserErrorException($"there is no experiment '{id}' in {workspace}{NearestName.Hint(id, ids)}"),
            _ => throw new UserErrorException($"'{id}' matches several experiments in {workspace}: {string.Join(", ", matches)}"),
        };
    }
}
