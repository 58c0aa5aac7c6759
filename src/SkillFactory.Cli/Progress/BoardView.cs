using SkillFactory.Contracts.Experiments;

namespace SkillFactory.Cli.Progress;

/// <summary>A run at one moment.</summary>
/// <param name="Elapsed">Time since this process began to follow the run.</param>
/// <param name="Notice">A sentence about the whole run; empty if there is none.</param>
/// <param name="Stages">In the order of the plan.</param>
internal sealed record BoardView(string Experiment, ExperimentPhase Phase, TimeSpan Elapsed, string Notice, IReadOnlyList<StageView> Stages)
{
    public int Finished => Stages.Count(s => s.IsFinished);

    /// <summary>From 0 to 1: finished stages, and the share of those that run.</summary>
    public double Share =>
        Stages.Count == 0
            ? 0
            : Stages.Sum(s =>
                s.IsFinished ? 1
                : s.Phase == StagePhase.Running ? s.Share ?? 0
                : 0
            ) / Stages.Count;

    /// <summary>Null unless the run is running.</summary>
    public RunEta? Eta => Phase == ExperimentPhase.Running ? RunEta.Of(Stages) : null;

    /// <summary>For example "5/10 stages (52 %)  ETA 1:20".</summary>
    public string Progress => $"{Finished}/{Stages.Count} stages ({Math.Floor(100 * Share):0} %){(Eta is { } eta ? $"  {eta}" : "")}";

    public StageView? Find(string stage) => Stages.FirstOrDefault(s => s.Planned.Name == stage);
}

/// <summary>A stage at one moment.</summary>
/// <param name="TokensPerSecond">Null while unknown.</param>
/// <param name="Eta">Time until the stage is done; null while unknown.</param>
/// <param name="Waiting">What it waits for and why; empty if for nothing.</param>
/// <param name="Wall">Time spent on it so far, over all interruptions.</param>
/// <param name="CurveName">The metric of <paramref name="Curve"/>: "reward" or "loss"; empty if there is none.</param>
/// <param name="Headline">Main result of a finished stage; empty if there is none.</param>
internal sealed record StageView(
    PlannedStage Planned,
    StagePhase Phase,
    double Done,
    double Total,
    string Unit,
    double? TokensPerSecond,
    TimeSpan? Eta,
    string Waiting,
    TimeSpan Wall,
    string CurveName,
    IReadOnlyList<double> Curve,
    string Headline
)
{
    public string Label => Planned.Label;

    public bool IsFinished => Phase is StagePhase.Done or StagePhase.Reused;

    /// <summary>From 0 to 1; null if the total is unknown.</summary>
    public double? Share => Total > 0 ? Math.Clamp(Done / Total, 0, 1) : null;

    /// <summary>For example "12/80 steps  11,204 tok/s  ETA 2:10".</summary>
    public string Figures =>
        string.Join(
            "  ",
            (
                (string?[])
                    [
                        Unit.Length > 0 || Total > 0 ? DisplayFormat.DoneOf(Done, Total, Unit) : null,
                        TokensPerSecond is > 0 and var rate ? DisplayFormat.Rate(rate) : null,
                        Eta is { } eta ? $"ETA {DisplayFormat.Duration(eta)}" : null,
                    ]
            ).OfType<string>()
        );
}
