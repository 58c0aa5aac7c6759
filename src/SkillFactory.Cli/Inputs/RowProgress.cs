using System.Globalization;

namespace SkillFactory.Cli.Inputs;

/// <summary>How far a long input has come: redrawn on a terminal, a line now and then elsewhere.</summary>
internal sealed class RowProgress(CliContext context) : IDisposable
{
    private static readonly TimeSpan Redraw = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan Line = TimeSpan.FromSeconds(10);

    private long _start = context.Time.GetTimestamp();
    private TimeSpan _shown = TimeSpan.Zero;
    private string _part = "";
    private int _width;

    /// <param name="count">What has been done.</param>
    /// <param name="share">Share of this part of the work that it is, 0 … 1.</param>
    /// <param name="unit">What is counted.</param>
    /// <param name="part">What is done with it, when the work has several parts: time and rate begin anew with each.</param>
    public void Report(long count, double share, string unit = "rows", string part = "")
    {
        if (part != _part)
        {
            (_part, _start, _shown) = (part, context.Time.GetTimestamp(), TimeSpan.Zero);
        }

        var elapsed = context.Time.GetElapsedTime(_start);
        if (elapsed - _shown < (context.Terminal.Interactive ? Redraw : Line))
        {
            return;
        }

        _shown = elapsed;
        var left = share > 0 ? $", {Duration(elapsed * ((1 - share) / share))} left" : "";
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"{(part.Length > 0 ? $"{part}: " : "")}{count:#,0} {unit}, {100 * share:0} %, {count / elapsed.TotalSeconds:#,0} {unit}/s{left}"
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

    private static string Duration(TimeSpan time) =>
        time.TotalMinutes >= 1 ? $"{(int)time.TotalMinutes} min" : $"{Math.Max(1, (int)time.TotalSeconds)} s";
}
