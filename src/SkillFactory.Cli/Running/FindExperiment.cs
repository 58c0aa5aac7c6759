using SkillFactory.Contracts.Experiments;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Cli.Running;

/// <summary>Finds an experiment by what a person typed.</summary>
internal static class FindExperiment
{
    /// <summary>The status of an experiment by its id, or by a beginning of the id that fits no other.</summary>
    /// <exception cref="UserErrorException">None, or several, fit.</exception>
    public static async Task<ExperimentStatus> FindAsync(this IRunSystem system, string id, string workspace)
    {
        var ids = (await system.Catalog.ListAsync(null)).Select(e => e.ExperimentId).ToList();
        var fits = ids.Contains(id) ? [id] : ids.Where(i => i.StartsWith(id, StringComparison.Ordinal)).ToList();
        return fits.Count switch
        {
            1 => await system.Experiment(fits[0]).GetStatusAsync(),
            0 when ids.Count == 0 => throw new UserErrorException(
                $"there are no experiments in {workspace}; --workspace names another folder"
            ),
            0 => throw new UserErrorException($"there is no experiment '{id}' in {workspace}{NearestName.Hint(id, ids)}"),
            _ => throw new UserErrorException($"'{id}' fits several experiments in {workspace}: {string.Join(", ", fits)}"),
        };
    }
}
