using SkillFactory.Contracts.Experiments;
using SkillFactory.Core.Metrics;

namespace SkillFactory.Cli.Progress;

/// <summary>The latest status, the rates and the curve of one stage. Not thread-safe.</summary>
internal sealed class StageTracker(string name, TimeProvider time)
{
    /// <summary>Metrics that are shown as a curve, in order of preference.</summary>
    private static readonly string[] CurveNames = [MetricNames.Reward, MetricNames.Loss];

    private readonly RateWindow _units = new(time, ProgressBoard.RatePeriod);
    private readonly RateWindow _tokens = new(time, ProgressBoard.RatePeriod);
    private readonly SortedDictionary<int, double> _curve = [];
    private string _curveName = "";
    private StageStatus? _status;

    public string Name { get; } = name;

    public void Apply(StageStatus status)
    {
        // A status without progress (a change of phase) keeps the last progress.
        _status = status with { Progress = status.Progress ?? _status?.Progress };
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
        return new StageView(
            Name,
            _status?.Phase ?? StagePhase.Pending,
            progress?.Done ?? 0,
            progress?.Total ?? 0,
            progress?.Unit ?? "",
            running ? _tokens.PerSecond : null,
            running ? _units.TimeTo(progress?.Total ?? 0) : null,
            running ? progress?.Waiting ?? "" : "",
            TimeSpan.FromSeconds(_status?.WallSeconds ?? 0),
            _curveName,
            [.. _curve.Values]
        );
    }
}
