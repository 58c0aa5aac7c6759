using Spectre.Console;

namespace SkillFactory.Cli.Terminal;

/// <summary>What the output device can display.</summary>
/// <param name="Interactive">A terminal that can be redrawn in place.</param>
/// <param name="Colour">Colours are enabled: the output is a terminal and NO_COLOR is not set.</param>
/// <param name="Unicode">Block and line characters can be displayed.</param>
internal sealed record TerminalTraits(bool Interactive, bool Colour, bool Unicode)
{
    /// <summary>Narrower terminals are treated as if they had this width.</summary>
    private const int MinWidth = 20;

    private const int DefaultWidth = 100;
    private const int DefaultHeight = 30;

    /// <summary>Output to a file or a pipe must not be wrapped or cut.</summary>
    private const int PipeWidth = 10_000;

    /// <summary>Width in columns; read each time because terminals are resized.</summary>
    public Func<int> Width { get; init; } = () => DefaultWidth;

    /// <summary>Height in rows; read each time.</summary>
    public Func<int> Height { get; init; } = () => DefaultHeight;

    /// <summary>For files, pipes and tests.</summary>
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

    /// <summary>A Spectre console that writes to <paramref name="writer"/> and uses only what these traits allow.</summary>
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

    private static int ReadWidth() => Math.Max(MinWidth, Read(() => Console.WindowWidth, DefaultWidth));

    private static int ReadHeight() => Read(() => Console.WindowHeight, DefaultHeight);

    private static int Read(Func<int> read, int defaultValue)
    {
        try
        {
            var value = read();
            return value > 0 ? value : defaultValue;
        }
        catch (IOException)
        {
            return defaultValue;
        }
    }
}
