using SkillFactory.Contracts.Experiments;

namespace SkillFactory.Cli.Progress;

/// <summary>Prints one line per event, for logs and pipes, but at most one progress line per stage and second.</summary>
internal sealed class PlainProgress(ProgressBoard board, TextWriter output, TimeProvider time) : IProgressDisplay
{
    private static readonly TimeSpan MinPeriod = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, long> _lastLine = [];
    private readonly Dictionary<string, StagePhase> _lastPhase = [];

    public void OnEvent(ExperimentEvent change)
    {
        lock (_lock)
        {
            if (change.Stage is { } changed && (!_lastPhase.TryGetValue(changed.Name, out var known) || known != changed.Phase))
            {
                _lastPhase[changed.Name] = changed.Phase;
                Write($"{changed.Name}: {Describe(changed)}");
            }

            switch (change)
            {
                case { Kind: "progress", Stage: { Phase: StagePhase.Running } stage }:
                    WriteProgress(stage.Name);
                    break;
                case { Kind: "phase" }:
                    Write(
                        change.Text.Length > 0 ? $"experiment {Lower(change.Phase)}: {change.Text}" : $"experiment {Lower(change.Phase)}"
                    );
                    break;
                case { Kind: "log", Text.Length: > 0 }:
                    Write(change.Text);
                    break;
            }
        }
    }

    public void ShowNotice(string text)
    {
        lock (_lock)
        {
            Write(text);
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>For example "12/80 steps  11,204 tok/s  reward 0.412  ETA 2:10  waiting for …".</summary>
    internal static string Figures(StageView stage)
    {
        List<string> parts = [DisplayFormat.DoneOf(stage.Done, stage.Total, stage.Unit)];
        if (stage.TokensPerSecond is { } rate)
        {
            parts.Add(DisplayFormat.Rate(rate));
        }

        if (stage.Curve.Count > 0)
        {
            parts.Add($"{stage.CurveName} {DisplayFormat.Reward(stage.Curve[^1])}");
        }

        if (stage.Eta is { } eta)
        {
            parts.Add($"ETA {DisplayFormat.Duration(eta)}");
        }

        if (stage.Waiting.Length > 0)
        {
            parts.Add($"waiting for {stage.Waiting}");
        }

        return string.Join("  ", parts);
    }

    private static string Describe(StageStatus stage) =>
        stage.Phase switch
        {
            StagePhase.Done => $"done in {DisplayFormat.Duration(TimeSpan.FromSeconds(stage.WallSeconds))}",
            StagePhase.Reused => "reused, its result exists",
            _ => Lower(stage.Phase),
        };

    private static string Lower<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();

    private void WriteProgress(string name)
    {
        if ((_lastLine.TryGetValue(name, out var last) && time.GetElapsedTime(last) < MinPeriod) || board.ViewOf(name) is not { } stage)
        {
            return;
        }

        _lastLine[name] = time.GetTimestamp();
        Write($"{name}  {Figures(stage)}");
    }

    private void Write(string text) => output.WriteLine($"[{DisplayFormat.Duration(board.View().Elapsed)}] {text}");
}
