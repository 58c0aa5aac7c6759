using SkillFactory.Contracts.Experiments;
using SkillFactory.Core.Metrics;

namespace SkillFactory.Cli.Progress;

/// <summary>The latest status, the rates and the curve of one stage. Not thread-safe.</summary>
internal sealed class StageTracker(PlannedStage planned, TimeProvider time)
{
    /// <summary>Metrics that are shown as a curve, in order of preference.</summary>
    private static readonly string[] CurveNames = [MetricNames.Reward, MetricNames.Loss];

    private readonly RateWindow _units = new(time, ProgressBoard.RatePeriod);
    private readonly RateWindow _tokens = new(time, ProgressBoard.RatePeriod);
    private readonly SortedDictionary<int, double> _curve = [];
    private string _curveName = "";
    private StageStatus? _status;
    private long _statusAt;

    public string Name => planned.Name;

    /// <summary>Main result of the finished stage; empty if there is none.</summary>
    public string Headline { get; set; } = "";

    public void Apply(StageStatus status)
    {
        // A status without progress (a change of phase) keeps the last progress.
        _status = status with { Progress = status.Progress ?? _status?.Progress };
        _statusAt = time.GetTimestamp();
        if (status.Progress is not { } progress)
        {
            return;
        }

        _units.Add(progress.Done);
        _tokens.Add(progress.Tokens);
        if (progress.Metrics is { } row && CurveNames.FirstOrDefault(row.Values.ContainsKey) is { } curve)
        {
            if (curve != _curveName)
            {
                _curve.Clear();
                _curveName = curve;
            }

            // Keyed by step, so that a step that is repeated after a crash replaces its first value.
            _curve[row.Step] = row.Values[curve];
        }
    }

    public StageView View()
    {
        var progress = _status?.Progress;
        var running = _status?.Phase == StagePhase.Running;
        var wall = TimeSpan.FromSeconds(_status?.WallSeconds ?? 0);
        return new StageView(
            planned,
            _status?.Phase ?? StagePhase.Pending,
            progress?.Done ?? 0,
            progress?.Total ?? 0,
            progress?.Unit ?? "",
            running ? _tokens.PerSecond : null,
            running ? _units.TimeTo(progress?.Total ?? 0) : null,
            running ? progress?.Waiting ?? "" : "",
            running ? wall + time.GetElapsedTime(_statusAt) : wall,
            _curveName,
            [.. _curve.Values],
            Headline
        );
    }
}
