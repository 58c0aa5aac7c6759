using SkillFactory.Contracts.Experiments;

namespace SkillFactory.Cli.Progress;

/// <summary>What is known about a run: fed with statuses and events, read by the displays. Thread-safe.</summary>
internal sealed class ProgressBoard(TimeProvider time)
{
    /// <summary>Rates are taken over this much of the past.</summary>
    public static readonly TimeSpan RateOver = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private readonly List<StageTracker> _stages = [];
    private readonly long _started = time.GetTimestamp();
    private ExperimentPhase _phase;
    private string _experiment = "";
    private string _notice = "";

    /// <summary>Everything as the experiment sees it; used at the start and after a gap in the events.</summary>
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

    public void Apply(ExperimentEvent happened)
    {
        lock (_lock)
        {
            _phase = happened.Phase;
            if (happened.Stage is { } stage)
            {
                Tracker(stage.Name).Apply(stage);
            }
        }
    }

    /// <summary>One sentence about the run as a whole, shown until the next one.</summary>
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
/// <param name="Elapsed">Since this process began to follow it.</param>
internal sealed record BoardView(
    string Experiment,
    ExperimentPhase Phase,
    TimeSpan Elapsed,
    string Notice,
    IReadOnlyList<StageView> Stages
);

/// <summary>A stage at one moment.</summary>
/// <param name="TokensPerSecond">Null while unknown.</param>
/// <param name="Eta">Until the stage is done; null while unknown.</param>
/// <param name="CurveName">What <paramref name="Curve"/> shows: "reward" or "loss"; empty when there is none.</param>
internal sealed record StageView(
    string Name,
    string Kind,
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
    /// <summary>Between 0 and 1; null when the total is unknown.</summary>
    public double? Share => Total > 0 ? Math.Clamp(Done / Total, 0, 1) : null;
}
