using SkillFactory.Cli.Progress;
using SkillFactory.Hub;

namespace SkillFactory.Cli.Pulling;

/// <summary>Shows the progress of a download: one line that is redrawn on a terminal, a line every 10 s elsewhere.</summary>
internal sealed class TransferProgress(CliContext context) : IProgress<PullProgress>, IDisposable
{
    private static readonly TimeSpan RedrawPeriod = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan LinePeriod = TimeSpan.FromSeconds(10);

    private readonly RateWindow _rate = new(context.Time, TimeSpan.FromSeconds(15));
    private readonly long _start = context.Time.GetTimestamp();
    private TimeSpan _shown = TimeSpan.Zero;
    private int _width;

    public void Report(PullProgress value)
    {
        var elapsed = context.Time.GetElapsedTime(_start);
        if (elapsed - _shown < (context.Terminal.Interactive ? RedrawPeriod : LinePeriod))
        {
            return;
        }

        _shown = elapsed;
        _rate.Add(value.TransferredBytes);
        var left = value.Bytes - value.PresentBytes;
        var speed = _rate.PerSecond is { } rate and > 0
            ? $"  {DisplayFormat.Bytes(rate)}/s  ETA {DisplayFormat.Duration(TimeSpan.FromSeconds(left / rate))}"
            : "";
        var text =
            $"pull  {value.FinishedFiles}/{value.Files} files  {DisplayFormat.Bytes(value.PresentBytes)} of "
            + $"{DisplayFormat.Bytes(value.Bytes)}{speed}";
        if (context.Terminal.Interactive)
        {
            context.Error.Write($"\r{text.PadRight(_width)}");
            _width = text.Length;
        }
        else
        {
            context.Error.WriteLine(text);
        }
    }

    /// <summary>Erases the redrawn line.</summary>
    public void Clear()
    {
        if (_width > 0)
        {
            context.Error.Write($"\r{new string(' ', _width)}\r");
            _width = 0;
        }
    }

    public void Dispose() => Clear();
}
