using SkillFactory.Cli.Terminal;
using SkillFactory.Contracts.Experiments;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace SkillFactory.Cli.Progress;

/// <summary>Draws a run so that it fits the terminal. Finished stages are lines that stay on the screen; below them is the part that is
/// redrawn: the run, what runs now, and what comes.</summary>
internal static class BoardRenderer
{
    private const int MaxBarWidth = 30;

    /// <summary>Longer labels move the columns to the right of them.</summary>
    private const int MaxLabelWidth = 36;

    private static readonly Style Faint = new(decoration: Decoration.Dim);
    private static readonly Style Strong = new(decoration: Decoration.Bold);
    private static readonly Style Good = new(Color.Green);
    private static readonly Style Bad = new(Color.Red);
    private static readonly Style Active = new(Color.Aqua);

    /// <summary>The part that is redrawn. Stages to come are folded if there is no room for them.</summary>
    public static IRenderable Render(BoardView board, TerminalTraits terminal)
    {
        var width = terminal.Width();
        List<StyledLine> lines =
        [
            new StyledLine()
                .Add(board.Experiment.Length > 0 ? $"{board.Experiment}  " : "", Strong)
                .Add($"{board.Phase.ToString().ToLowerInvariant()}  {DisplayFormat.Duration(board.Elapsed)}"),
            .. board.Stages.Count > 1 ? Run(board, width, terminal.Unicode) : [],
            .. board.Stages.Where(s => s.Phase == StagePhase.Running).SelectMany(s => Running(s, width, terminal.Unicode)),
        ];
        var notice = Wrapped(board.Notice, width - 1).ToList();
        var rows = terminal.Height() - lines.Count - notice.Count - 1;
        lines.AddRange(Pending([.. board.Stages.Where(s => s.Phase == StagePhase.Pending)], rows, terminal.Unicode));
        lines.AddRange(notice.Select(l => new StyledLine().Add(l, Strong)));
        return new Rows(lines.Select(l => l.ToRenderable(width)));
    }

    /// <summary>The line of a stage that has ended, with its headline.</summary>
    public static IRenderable RenderEnded(StageView stage, BoardView board, TerminalTraits terminal)
    {
        var isFailed = stage.Phase == StagePhase.Failed;
        var labels = Math.Min(MaxLabelWidth, board.Stages.Max(s => s.Label.Length));
        var time = stage.Phase switch
        {
            StagePhase.Failed => "failed",
            StagePhase.Reused => "reused",
            _ => DisplayFormat.Duration(stage.Wall),
        };
        return new Rows(
            new StyledLine()
                .Add($" {Mark(stage.Phase, terminal.Unicode)} ", isFailed ? Bad : Good)
                .Add(stage.Label.PadRight(labels))
                .Add($"  {time, 7}", isFailed ? Bad : Faint)
                .Add($"  {stage.Headline}")
                .ToRenderable(terminal.Width())
        );
    }

    /// <summary>A text as lines that are broken between words. It says what to do next, so nothing of it is cut off.</summary>
    private static IEnumerable<string> Wrapped(string text, int width)
    {
        var line = "";
        foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > width)
            {
                yield return line;
                line = "";
            }

            line += line.Length > 0 ? $" {word}" : word;
        }

        if (line.Length > 0)
        {
            yield return line;
        }
    }

    private static IEnumerable<StyledLine> Run(BoardView board, int width, bool unicode)
    {
        yield return Bar(board.Share, board.Progress, width, unicode);
        if (board.Eta?.Reason is { Length: > 0 } reason)
        {
            yield return new StyledLine().Add($"   {reason}", Faint);
        }
    }

    private static IEnumerable<StyledLine> Pending(List<StageView> stages, int rows, bool unicode)
    {
        var shown = stages.Count <= rows ? stages.Count : Math.Max(0, rows - 1);
        foreach (var stage in stages.Take(shown))
        {
            yield return new StyledLine().Add($" {Mark(stage.Phase, unicode)} {stage.Label}", Faint);
        }

        if (shown < stages.Count)
        {
            yield return new StyledLine().Add($" {Mark(StagePhase.Pending, unicode)} {stages.Count - shown} more stages", Faint);
        }
    }

    private static IEnumerable<StyledLine> Running(StageView stage, int width, bool unicode)
    {
        yield return new StyledLine()
            .Add($" {Mark(stage.Phase, unicode)} ", Active)
            .Add(stage.Label, Strong)
            .Add($"  {DisplayFormat.Duration(stage.Wall)}", Faint);
        if (stage.Figures.Length > 0)
        {
            yield return Bar(stage.Share, stage.Figures, width, unicode);
        }

        if (stage.Waiting.Length > 0)
        {
            yield return new StyledLine().Add($"   waiting for {stage.Waiting}", Faint);
        }

        if (stage.Curve.Count > 1)
        {
            var value = $" {DisplayFormat.Reward(stage.Curve[^1])}";
            var room = width - 6 - stage.CurveName.Length - value.Length;
            yield return new StyledLine()
                .Add($"   {stage.CurveName} ", Faint)
                .Add(Sparkline.Draw(stage.Curve, Math.Min(60, room), unicode), Active)
                .Add(value, Strong);
        }
    }

    /// <summary>A bar, if there is room for one, and the figures.</summary>
    private static StyledLine Bar(double? share, string figures, int width, bool unicode)
    {
        var room = Math.Min(MaxBarWidth, width - figures.Length - 6);
        var line = new StyledLine().Add("   ");
        if (share is { } done && room >= 8)
        {
            var full = (int)Math.Floor(done * room);
            line.Add(new string(unicode ? '━' : '=', full), Active).Add(new string(unicode ? '─' : '-', room - full), Faint).Add("  ");
        }

        return line.Add(figures);
    }

    private static string Mark(StagePhase phase, bool unicode) =>
        (phase, unicode) switch
        {
            (StagePhase.Done, true) => "✓",
            (StagePhase.Done, false) => "+",
            (StagePhase.Reused, true) => "↺",
            (StagePhase.Reused, false) => "=",
            (StagePhase.Running, true) => "▶",
            (StagePhase.Running, false) => ">",
            (StagePhase.Failed, true) => "✗",
            (StagePhase.Failed, false) => "x",
            (_, true) => "·",
            _ => ".",
        };
}
