using SkillFactory.Contracts.Experiments;

namespace SkillFactory.Cli.Progress;

/// <summary>The progress of a run, updated from statuses and events and read by the displays. Thread-safe.</summary>
internal sealed class ProgressBoard(RunOutline outline, TimeProvider time)
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

    /// <summary>Sets the main result of a finished stage.</summary>
    public void SetHeadline(string stage, string headline)
    {
        lock (_lock)
        {
            Tracker(stage).Headline = headline;
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

    private StageTracker Tracker(string name)
    {
        var tracker = _stages.Find(s => s.Name == name);
        if (tracker is null)
        {
            tracker = new StageTracker(outline[name], time);
            _stages.Add(tracker);
        }

        return tracker;
    }
}
