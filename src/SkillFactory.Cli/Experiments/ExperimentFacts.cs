using SkillFactory.Cli.Running;
using SkillFactory.Contracts.Experiments;

namespace SkillFactory.Cli.Experiments;

/// <summary>What <c>experiments list --json</c> and <c>experiments show --json</c> print of an experiment. A list has no
/// <see cref="Error"/> and no <see cref="Stages"/>.</summary>
internal sealed record ExperimentFacts(string Id, string Name, string State, DateTimeOffset SubmittedAt, string RunFolder)
{
    /// <summary>Why it failed.</summary>
    public string? Error { get; init; }

    public IReadOnlyList<StageFacts>? Stages { get; init; }

    /// <param name="runsStages">As in <see cref="StateWords"/>.</param>
    public static ExperimentFacts Of(CatalogEntry entry, string workspace, bool runsStages) =>
        new(
            entry.ExperimentId,
            entry.Name,
            StateWords.Of(entry.Phase, runsStages),
            entry.SubmittedAt,
            RunFolderPath.Full(workspace, entry.OutputFolder)
        );

    /// <param name="runsStages">As in <see cref="StateWords"/>.</param>
    public static ExperimentFacts Of(ExperimentStatus status, string workspace, bool runsStages) =>
        new(
            status.ExperimentId,
            status.Name,
            StateWords.Of(status.Phase, runsStages),
            status.SubmittedAt,
            RunFolderPath.Full(workspace, status.OutputFolder)
        )
        {
            Error = status.Failure?.Message,
            Stages =
            [
                .. status.Stages.Select(s => new StageFacts(
                    s.Name,
                    s.Kind,
                    StateWords.Of(s.Phase, runsStages),
                    s.WallSeconds,
                    StageFacts.WorkOf(s)
                )),
            ],
        };
}

/// <param name="Seconds">Time spent on it, over all interruptions.</param>
/// <param name="Work">How far a running stage is; null otherwise.</param>
internal sealed record StageFacts(string Name, string Kind, string State, double Seconds, StageWork? Work)
{
    public static StageWork? WorkOf(StageStatus stage) =>
        stage is { Phase: StagePhase.Running, Progress: { } p } ? new StageWork(p.Done, p.Total, p.Unit, p.Tokens) : null;
}

/// <param name="Total">0 when unknown.</param>
internal sealed record StageWork(double Done, double Total, string Unit, long Tokens);
