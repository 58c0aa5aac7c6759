using System.Globalization;
using SkillFactory.Cli.Terminal;

namespace SkillFactory.Cli.Inputs;

/// <summary>Shows the progress through a long input.</summary>
internal sealed class RowProgress(CliContext context) : IDisposable
{
    private readonly StatusLine _line = new(context);
    private long _start = context.Time.GetTimestamp();
    private string _phase = "";

    /// <param name="count">Units done.</param>
    /// <param name="share">Share of the phase that is done, from 0 to 1.</param>
    /// <param name="unit">Name of the counted units.</param>
    /// <param name="phase">Name of the phase, if the work has several. Time and rate start again with each phase.</param>
    public void Report(long count, double share, string unit = "rows", string phase = "")
    {
        if (phase != _phase)
        {
            (_phase, _start) = (phase, context.Time.GetTimestamp());
            _line.Restart();
        }

        var elapsed = context.Time.GetElapsedTime(_start);
        if (!_line.IsDue(elapsed))
        {
            return;
        }

        var label = phase.Length > 0 ? $"{phase}: " : "";
        var left = share > 0 ? $", {Duration(elapsed * ((1 - share) / share))} left" : "";
        _line.Show(
            elapsed,
            string.Create(
                CultureInfo.InvariantCulture,
                $"{label}{count:#,0} {unit}, {100 * share:0} %, {count / elapsed.TotalSeconds:#,0} {unit}/s{left}"
            )
        );
    }

    /// <summary>Erases the redrawn line.</summary>
    public void Clear() => _line.Clear();

    public void Dispose() => Clear();

    private static string Duration(TimeSpan time) =>
        time.TotalMinutes >= 1 ? $"{(int)time.TotalMinutes} min" : $"{Math.Max(1, (int)time.TotalSeconds)} s";
}
