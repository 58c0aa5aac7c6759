using System.Globalization;

namespace SkillFactory.Cli.Grading;

/// <summary>How far a long input has been read: redrawn on a terminal, a line now and then elsewhere.</summary>
internal sealed class GradeProgress(CliContext context) : IDisposable
{
    private static readonly TimeSpan Redraw = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan Line = TimeSpan.FromSeconds(10);

    private readonly long _start = context.Time.GetTimestamp();
    private TimeSpan _shown = TimeSpan.Zero;
    private int _width;

    /// <param name="rows">Rows read.</param>
    /// <param name="share">Share of the input they are, 0 … 1.</param>
    public void Report(long rows, double share)
    {
        var elapsed = context.Time.GetElapsedTime(_start);
        if (elapsed - _shown < (context.Terminal.Interactive ? Redraw : Line))
        {
            return;
        }

        _shown = elapsed;
        var left = share > 0 ? $", {Duration(elapsed * ((1 - share) / share))} left" : "";
        var text = string.Create(CultureInfo.InvariantCulture, $"{rows:#,0} rows, {100 * share:0} %, {rows / elapsed.TotalSeconds:#,0} rows/s{left}");
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

    /// <summary>Takes a redrawn line away.</summary>
    public void Clear()
    {
        if (_width > 0)
        {
            context.Error.Write($"\r{new string(' ', _width)}\r");
            _width = 0;
        }
    }

    public void Dispose() => Clear();

    private static string Duration(TimeSpan time) => time.TotalMinutes >= 1 ? $"{(int)time.TotalMinutes} min" : $"{Math.Max(1, (int)time.TotalSeconds)} s";
}
