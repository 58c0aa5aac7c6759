using SkillFactory.Cli.Progress;
using SkillFactory.Contracts.Experiments;

namespace SkillFactory.Cli.Running;

/// <summary>Adds the main results of finished stages to the board of a run.</summary>
internal sealed class BoardHeadlines(IRunSystem system, string experimentId, ProgressBoard board)
{
    private readonly Dictionary<string, string> _byKey = new(StringComparer.Ordinal);

    /// <summary>Reads the results of those stages that are finished.</summary>
    public async Task AddAsync(IReadOnlyCollection<StageStatus> stages, CancellationToken cancellationToken)
    {
        var finished = stages.Where(s => s is { Phase: StagePhase.Done or StagePhase.Reused, Key: not null }).ToList();
        if (finished.Any(s => !_byKey.ContainsKey(s.Key!)))
        {
            foreach (var (key, headline) in await system.HeadlinesAsync(experimentId, _byKey.Keys.ToHashSet(), cancellationToken))
            {
                _byKey[key] = headline;
            }
        }

        foreach (var stage in finished)
        {
            board.SetHeadline(stage.Name, _byKey.GetValueOrDefault(stage.Key!, ""));
        }
    }
}
