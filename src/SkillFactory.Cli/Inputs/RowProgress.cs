using System.Globalization;

namespace SkillFactory.Cli.Inputs;

/// <summary>Shows the progress through a long input: one line that is redrawn on a terminal, a line every 10 s elsewhere.</summary>
internal sealed class RowProgress(CliContext context) : IDisposable
{
    private static readonly TimeSpan RedrawPeriod = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan LinePeriod = TimeSpan.FromSeconds(10);

    private long _start = context.Time.GetTimestamp();
    private TimeSpan _shown = TimeSpan.Zero;
    private string _phase = "";
    private int _width;

    /// <param name="count">Units done.</param>
    /// <param name="share">Share of the phase that is done, from 0 to 1.</param>
    /// <param name="unit">Name of the counted units.</param>
    /// <param name="phase">Name of the phase, if the work has several. Time and rate start again with each phase.</param>
    public void Report(long count, double share, string unit = "rows", string phase = "")
    {
        if (phase != _phase)
        {
            (_phase, _start, _shown) = (phase, context.Time.GetTimestamp(), TimeSpan.Zero);
        }

        var elapsed = context.Time.GetElapsedTime(_start);
        if (elapsed - _shown < (context.Terminal.Interactive ? RedrawPeriod : LinePeriod))
        {
            return;
        }

        _shown = elapsed;
        var label = phase.Length > 0 ? $"{phase}: " : "";
        var left = share > 0 ? $", {Duration(elapsed * ((1 - share) / share))} left" : "";
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"{label}{count:#,0} {unit}, {100 * share:0} %, {count / elapsed.TotalSeconds:#,0} {unit}/s{left}"
        );
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

    private static string Duration(TimeSpan time) =>
        time.TotalMinutes >= 1 ? $"{(int)time.TotalMinutes} min" : $"{Math.Max(1, (int)time.TotalSeconds)} s";
}
