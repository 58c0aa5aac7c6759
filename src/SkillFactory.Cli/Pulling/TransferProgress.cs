using SkillFactory.Cli.Progress;
using SkillFactory.Cli.Terminal;
using SkillFactory.Hub;

namespace SkillFactory.Cli.Pulling;

/// <summary>Shows the progress of a download.</summary>
internal sealed class TransferProgress(CliContext context) : IProgress<PullProgress>, IDisposable
{
    private readonly StatusLine _line = new(context);
    private readonly RateWindow _rate = new(context.Time, TimeSpan.FromSeconds(15));
    private readonly long _start = context.Time.GetTimestamp();

    public void Report(PullProgress value)
    {
        var elapsed = context.Time.GetElapsedTime(_start);
        if (!_line.IsDue(elapsed))
        {
            return;
        }

        _rate.Add(value.TransferredBytes);
        var left = value.Bytes - value.PresentBytes;
        var speed = _rate.PerSecond is { } rate and > 0
            ? $"  {DisplayFormat.Bytes(rate)}/s  ETA {DisplayFormat.Duration(TimeSpan.FromSeconds(left / rate))}"
            : "";
        _line.Show(
            elapsed,
            $"pull  {value.FinishedFiles}/{value.Files} files  {DisplayFormat.Bytes(value.PresentBytes)} of "
                + $"{DisplayFormat.Bytes(value.Bytes)}{speed}"
        );
    }

    /// <summary>Erases the redrawn line.</summary>
    public void Clear() => _line.Clear();

    public void Dispose() => Clear();
}
