using SkillFactory.Contracts.Experiments;

namespace SkillFactory.Cli.Progress;

/// <summary>One line per event, for logs and pipes; at most one progress line per stage and second.</summary>
internal sealed class PlainProgress(ProgressBoard board, TextWriter output, TimeProvider time) : IProgressDisplay
{
    private static readonly TimeSpan LeastGap = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, long> _lastLine = [];
    private readonly Dictionary<string, StagePhase> _lastPhase = [];

    public void Happened(ExperimentEvent happened)
    {
        lock (_lock)
        {
            if (happened.Stage is { } changed && (!_lastPhase.TryGetValue(changed.Name, out var known) || known != changed.Phase))
            {
                _lastPhase[changed.Name] = changed.Phase;
                Write($"{changed.Name}: {Describe(changed)}");
            }

            switch (happened)
            {
                case { Kind: "progress", Stage: { Phase: StagePhase.Running } stage }:
                    WriteProgress(stage.Name);
                    break;
                case { Kind: "phase" }:
                    Write(
                        happened.Text.Length > 0
                            ? $"experiment {Lower(happened.Phase)}: {happened.Text}"
                            : $"experiment {Lower(happened.Phase)}"
                    );
                    break;
                case { Kind: "log", Text.Length: > 0 }:
                    Write(happened.Text);
                    break;
            }
        }
    }

    public void Notice(string text)
    {
        lock (_lock)
        {
            Write(text);
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>"12/80 steps  11,204 tok/s  reward 0.412  ETA 2:10  waiting for …".</summary>
    internal static string Figures(StageView stage)
    {
        List<string> parts = [Wording.DoneOf(stage.Done, stage.Total, stage.Unit)];
        if (stage.TokensPerSecond is { } rate)
        {
            parts.Add(Wording.Rate(rate));
        }

        if (stage.Curve.Count > 0)
        {
            parts.Add($"{stage.CurveName} {Wording.Reward(stage.Curve[^1])}");
        }

        if (stage.Eta is { } eta)
        {
            parts.Add($"ETA {Wording.Duration(eta)}");
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
            StagePhase.Done => $"done in {Wording.Duration(TimeSpan.FromSeconds(stage.WallSeconds))}",
            StagePhase.Reused => "reused, its result exists already",
            _ => Lower(stage.Phase),
        };

    private static string Lower<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();

    private void WriteProgress(string name)
    {
        if ((_lastLine.TryGetValue(name, out var last) && time.GetElapsedTime(last) < LeastGap) || board.ViewOf(name) is not { } stage)
        {
            return;
        }

        _lastLine[name] = time.GetTimestamp();
        Write($"{name}  {Figures(stage)}");
    }

    private void Write(string text) => output.WriteLine($"[{Wording.Duration(board.View().Elapsed)}] {text}");
}
