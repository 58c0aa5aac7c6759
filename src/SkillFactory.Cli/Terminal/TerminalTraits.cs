using Spectre.Console;

namespace SkillFactory.Cli.Terminal;

/// <summary>What the output can show.</summary>
/// <param name="Interactive">A person's terminal that can be redrawn.</param>
/// <param name="Colour">Colours are wanted (a terminal, and NO_COLOR is unset).</param>
/// <param name="Unicode">Block and line characters can be shown.</param>
internal sealed record TerminalTraits(bool Interactive, bool Colour, bool Unicode)
{
    /// <summary>Narrower than this, nothing is cut further.</summary>
    public const int LeastWidth = 20;

    private const int DefaultWidth = 100;
    private const int DefaultHeight = 30;

    /// <summary>A file or a pipe has no edge: nothing in it is wrapped or cut.</summary>
    private const int PipeWidth = 10_000;

    /// <summary>Columns; asked each time, as terminals are resized.</summary>
    public Func<int> Width { get; init; } = () => DefaultWidth;

    /// <summary>Rows; asked each time.</summary>
    public Func<int> Height { get; init; } = () => DefaultHeight;

    /// <summary>Files, pipes and tests.</summary>
    public static TerminalTraits Plain { get; } = new(Interactive: false, Colour: false, Unicode: true);

    public static TerminalTraits OfConsole()
    {
        var terminal = !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("TERM") != "dumb";
        var colour = terminal && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
        var unicode = Console.OutputEncoding.CodePage is 65001 or 1200;
        return new TerminalTraits(terminal, colour, unicode)
        {
            Width = Console.IsOutputRedirected ? () => PipeWidth : ReadWidth,
            Height = ReadHeight,
        };
    }

    /// <summary>A Spectre console over <paramref name="writer"/> that shows no more than these traits allow.</summary>
    public IAnsiConsole OpenConsole(TextWriter writer)
    {
        var console = AnsiConsole.Create(
            new AnsiConsoleSettings
            {
                Out = new AnsiConsoleOutput(writer),
                Ansi = Interactive || Colour ? AnsiSupport.Yes : AnsiSupport.No,
                ColorSystem = Colour ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
                Interactive = Interactive ? InteractionSupport.Yes : InteractionSupport.No,
            }
        );
        console.Profile.Width = Width();
        console.Profile.Height = Height();
        console.Profile.Capabilities.Unicode = Unicode;
        return console;
    }

    private static int ReadWidth() => Read(() => Console.WindowWidth, DefaultWidth);

    private static int ReadHeight() => Read(() => Console.WindowHeight, DefaultHeight);

    private static int Read(Func<int> read, int otherwise)
    {
        try
        {
            var value = read();
            return value > 0 ? Math.Max(value, LeastWidth) : otherwise;
        }
        catch (IOException)
        {
            return otherwise;
        }
    }
}
