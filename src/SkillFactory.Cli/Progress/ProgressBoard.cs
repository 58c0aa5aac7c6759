using SkillFactory.Contracts.Experiments;

namespace SkillFactory.Cli.Progress;

/// <summary>The progress of a run, updated from statuses and events and read by the displays. Thread-safe.</summary>
internal sealed class ProgressBoard(TimeProvider time)
{
    /// <summary>The period over which rates are measured.</summary>
    public static readonly TimeSpan RatePeriod = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private readonly List<StageTracker> _stages = [];
    private readonly long _started = time.GetTimestamp();
    private ExperimentPhase _phase;
    private string _experiment = "";
    private string _notice = "";

    /// <summary>Applies a complete status, at the start and after a gap in the events.</summary>
    public void Apply(ExperimentStatus status)
    {
        lock (_lock)
        {
            _experiment = status.ExperimentId;
            _phase = status.Phase;
            foreach (var stage in status.Stages)
            {
                Tracker(stage.Name).Apply(stage);
            }
        }
    }

    public void Apply(ExperimentEvent change)
    {
        lock (_lock)
        {
            _phase = change.Phase;
            if (change.Stage is { } stage)
            {
                Tracker(stage.Name).Apply(stage);
            }
        }
    }

    /// <summary>Sets a sentence about the whole run, shown until the next one.</summary>
    public void SetNotice(string text)
    {
        lock (_lock)
        {
            _notice = text;
        }
    }

    public BoardView View()
    {
        lock (_lock)
        {
            return new BoardView(_experiment, _phase, time.GetElapsedTime(_started), _notice, [.. _stages.Select(s => s.View())]);
        }
    }

    public StageView? ViewOf(string stage)
    {
        lock (_lock)
        {
            return _stages.Find(s => s.Name == stage)?.View();
        }
    }

    private StageTracker Tracker(string name)
    {
        var tracker = _stages.Find(s => s.Name == name);
        if (tracker is null)
        {
            tracker = new StageTracker(name, time);
            _stages.Add(tracker);
        }

        return tracker;
    }
}

/// <summary>A run at one moment.</summary>
/// <param name="Elapsed">Time since this process began to follow the run.</param>
internal sealed record BoardView(
    string Experiment,
    ExperimentPhase Phase,
    TimeSpan Elapsed,
    string Notice,
    IReadOnlyList<StageView> Stages
);

/// <summary>A stage at one moment.</summary>
/// <param name="TokensPerSecond">Null while unknown.</param>
/// <param name="Eta">Time until the stage is done; null while unknown.</param>
/// <param name="CurveName">The metric of <paramref name="Curve"/>: "reward" or "loss"; empty if there is none.</param>
internal sealed record StageView(
    string Name,
    StagePhase Phase,
    double Done,
    double Total,
    string Unit,
    double? TokensPerSecond,
    TimeSpan? Eta,
    string Waiting,
    TimeSpan Wall,
    string CurveName,
    IReadOnlyList<double> Curve
)
{
    /// <summary>From 0 to 1; null if the total is unknown.</summary>
    public double? Share => Total > 0 ? Math.Clamp(Done / Total, 0, 1) : null;
}
