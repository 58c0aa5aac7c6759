using SkillFactory.Contracts.Experiments;

namespace SkillFactory.Cli.Progress;

/// <summary>Prints one line per event, for logs and pipes: progress at most once a second for each stage, and every 30 seconds for the run.
/// Stages that were finished before are printed at the start.</summary>
internal sealed class PlainProgress : IProgressDisplay
{
    private static readonly TimeSpan StagePeriod = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RunPeriod = TimeSpan.FromSeconds(30);

    private readonly ProgressBoard _board;
    private readonly TextWriter _output;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, long> _lastLine = [];
    private readonly Dictionary<string, StagePhase> _lastPhase = [];
    private long _lastRunLine;

    public PlainProgress(ProgressBoard board, TextWriter output, TimeProvider time)
    {
        (_board, _output, _time, _lastRunLine) = (board, output, time, time.GetTimestamp());
        var view = board.View();
        foreach (var stage in view.Stages.Where(s => s.IsFinished))
        {
            WriteStage(view, stage);
        }

        if (view.Finished > 0)
        {
            WriteRun(view);
        }
    }

    public void OnEvent(ExperimentEvent change)
    {
        lock (_lock)
        {
            var view = _board.View();
            if (change.Stage is { } changed && view.Find(changed.Name) is { } stage)
            {
                var isNew = !_lastPhase.TryGetValue(changed.Name, out var known) || known != stage.Phase;
                if (isNew)
                {
                    WriteStage(view, stage);
                }

                if (change is { Kind: "progress", Stage.Phase: StagePhase.Running })
                {
                    WriteProgress(view, stage);
                }

                if (isNew && stage.IsFinished)
                {
                    WriteRun(view);
                }
            }

            switch (change)
            {
                case { Kind: "phase" }:
                    Write(view, $"experiment {Lower(change.Phase)}{(change.Text.Length > 0 ? $": {change.Text}" : "")}");
                    break;
                case { Kind: "log", Text.Length: > 0 }:
                    Write(view, change.Text);
                    break;
            }
        }
    }

    public void ShowNotice(string text)
    {
        lock (_lock)
        {
            Write(_board.View(), text);
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>For example "12/80 steps  11,204 tok/s  ETA 2:10  reward 0.412  waiting for …".</summary>
    internal static string Figures(StageView stage)
    {
        List<string> parts = stage.Figures.Length > 0 ? [stage.Figures] : [];
        if (stage.Curve.Count > 0)
        {
            parts.Add($"{stage.CurveName} {DisplayFormat.Reward(stage.Curve[^1])}");
        }

        if (stage.Waiting.Length > 0)
        {
            parts.Add($"waiting for {stage.Waiting}");
        }

        return string.Join("  ", parts);
    }

    private static string Describe(StageView stage) =>
        stage.Phase switch
        {
            StagePhase.Done => $"done in {DisplayFormat.Duration(stage.Wall)}",
            StagePhase.Reused => "reused, its result exists",
            _ => Lower(stage.Phase),
        };

    private static string Lower<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();

    private void WriteStage(BoardView view, StageView stage)
    {
        _lastPhase[stage.Planned.Name] = stage.Phase;
        Write(view, $"{stage.Label}: {Describe(stage)}{(stage.Headline.Length > 0 ? $"  {stage.Headline}" : "")}");
    }

    private void WriteProgress(BoardView view, StageView stage)
    {
        if (_lastLine.TryGetValue(stage.Planned.Name, out var last) && _time.GetElapsedTime(last) < StagePeriod)
        {
            return;
        }

        _lastLine[stage.Planned.Name] = _time.GetTimestamp();
        Write(view, $"{stage.Label}  {Figures(stage)}");
        if (_time.GetElapsedTime(_lastRunLine) >= RunPeriod)
        {
            WriteRun(view);
        }
    }

    private void WriteRun(BoardView view)
    {
        _lastRunLine = _time.GetTimestamp();
        if (view.Stages.Count > 1)
        {
            Write(view, $"run: {view.Progress}{(view.Eta?.Reason is { Length: > 0 } reason ? $" ({reason})" : "")}");
        }
    }

    private void Write(BoardView view, string text) => _output.WriteLine($"[{DisplayFormat.Duration(view.Elapsed)}] {text}");
}
