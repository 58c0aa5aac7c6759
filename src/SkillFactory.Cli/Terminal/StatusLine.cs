namespace SkillFactory.Cli.Terminal;

/// <summary>One line of progress on the error stream: redrawn in place on a terminal, a new line every 10 s elsewhere.</summary>
internal sealed class StatusLine(CliContext context)
{
    private static readonly TimeSpan RedrawPeriod = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan LinePeriod = TimeSpan.FromSeconds(10);

    private TimeSpan _shown = TimeSpan.Zero;
    private int _width;

    /// <summary>Whether the line is due again.</summary>
    /// <param name="elapsed">Time since the work began.</param>
    public bool IsDue(TimeSpan elapsed) => elapsed - _shown >= (context.Terminal.Interactive ? RedrawPeriod : LinePeriod);

    /// <summary>Shows a text.</summary>
    /// <param name="elapsed">As for <see cref="IsDue"/>.</param>
    public void Show(TimeSpan elapsed, string text)
    {
        _shown = elapsed;
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

    /// <summary>Counts the time from zero again.</summary>
    public void Restart() => _shown = TimeSpan.Zero;

    /// <summary>Erases the redrawn line.</summary>
    public void Clear()
    {
        if (_width > 0)
        {
            context.Error.Write($"\r{new string(' ', _width)}\r");
            _width = 0;
        }
    }
}
