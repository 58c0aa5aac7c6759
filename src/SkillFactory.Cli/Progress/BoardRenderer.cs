using SkillFactory.Cli.Terminal;
using SkillFactory.Contracts.Experiments;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace SkillFactory.Cli.Progress;

/// <summary>Draws a board that fits the terminal: finished stages are folded first, then pending ones.</summary>
internal static class BoardRenderer
{
    private const int MaxBarWidth = 40;
    private static readonly Style Faint = new(decoration: Decoration.Dim);
    private static readonly Style Strong = new(decoration: Decoration.Bold);
    private static readonly Style Good = new(Color.Green);
    private static readonly Style Bad = new(Color.Red);
    private static readonly Style Active = new(Color.Aqua);

    public static IRenderable Render(BoardView board, TerminalTraits terminal)
    {
        var width = terminal.Width();
        List<Line> lines = [Header(board)];
        var rows = Math.Max(3, terminal.Height() - 3);
        lines.AddRange(Fold([.. board.Stages.Select(s => (s, StageLines(s, width, terminal.Unicode)))], rows, terminal.Unicode));
        if (board.Notice.Length > 0)
        {
            lines.Add(new Line().Add(board.Notice, Strong));
        }

        return new Rows(lines.Select(l => l.ToRenderable(width)));
    }

    private static Line Header(BoardView board) =>
        new Line()
            .Add(board.Experiment, Strong)
            .Add($"  {board.Phase.ToString().ToLowerInvariant()}  {DisplayFormat.Duration(board.Elapsed)}", Style.Plain);

    private static IEnumerable<Line> Fold(List<(StageView Stage, List<Line> Lines)> stages, int rows, bool unicode)
    {
        var total = stages.Sum(s => s.Lines.Count);
        var finished = stages.TakeWhile(s => s.Stage.Phase is StagePhase.Done or StagePhase.Reused).Count();
        var folded = total > rows && finished > 1 ? Math.Min(finished, total - rows + 1) : 0;
        var shown = folded > 0 ? rows - 1 : rows;
        if (folded > 0)
        {
            var reused = stages.Take(folded).Count(s => s.Stage.Phase == StagePhase.Reused);
            yield return new Line()
                .Add($" {Mark(StagePhase.Done, unicode)} ", Good)
                .Add($"{folded} stages finished{(reused > 0 ? $", {reused} of them reused" : "")}", Faint);
        }

        var rest = stages.Skip(folded).ToList();
        for (var i = 0; i < rest.Count; i++)
        {
            var left = rest.Count - i;
            if (rest[i].Stage.Phase == StagePhase.Pending && shown <= 1 && left > 1)
            {
                yield return new Line().Add($" {Mark(StagePhase.Pending, unicode)} {left} more stages", Faint);
                yield break;
            }

            shown -= rest[i].Lines.Count;
            foreach (var line in rest[i].Lines)
            {
                yield return line;
            }
        }
    }

    private static List<Line> StageLines(StageView stage, int width, bool unicode)
    {
        var mark = $" {Mark(stage.Phase, unicode)} ";
        switch (stage.Phase)
        {
            case StagePhase.Done:
                return [new Line().Add(mark, Good).Add(stage.Name, Style.Plain).Add($"  {DisplayFormat.Duration(stage.Wall)}", Faint)];
            case StagePhase.Reused:
                return [new Line().Add(mark, Good).Add(stage.Name, Style.Plain).Add("  reused", Faint)];
            case StagePhase.Failed:
                return [new Line().Add(mark, Bad).Add(stage.Name, Style.Plain).Add("  failed", Bad)];
            case StagePhase.Pending:
                return [new Line().Add(mark + stage.Name, Faint)];
        }

        List<Line> lines = [new Line().Add(mark, Active).Add(stage.Name, Strong), Bar(stage, width, unicode)];
        if (stage.Waiting.Length > 0)
        {
            lines.Add(new Line().Add($"   waiting for {stage.Waiting}", Faint));
        }

        if (stage.Curve.Count > 1)
        {
            var value = $" {DisplayFormat.Reward(stage.Curve[^1])}";
            var room = width - 4 - stage.CurveName.Length - value.Length;
            lines.Add(
                new Line()
                    .Add($"   {stage.CurveName} ", Faint)
                    .Add(Sparkline.Draw(stage.Curve, Math.Min(60, room), unicode), Active)
                    .Add(value, Strong)
            );
        }

        return lines;
    }

    private static Line Bar(StageView stage, int width, bool unicode)
    {
        List<string> figures = [];
        if (stage.Unit.Length > 0 || stage.Total > 0)
        {
            figures.Add(DisplayFormat.DoneOf(stage.Done, stage.Total, stage.Unit));
        }

        if (stage.TokensPerSecond is { } rate)
        {
            figures.Add(DisplayFormat.Rate(rate));
        }

        if (stage.Eta is { } eta)
        {
            figures.Add($"ETA {DisplayFormat.Duration(eta)}");
        }

        var text = string.Join("  ", figures);
        var room = Math.Min(MaxBarWidth, width - text.Length - 6);
        var line = new Line().Add("   ", Style.Plain);
        if (stage.Share is { } share && room >= 8)
        {
            var full = (int)Math.Round(share * room);
            line.Add(new string(unicode ? '━' : '=', full), Active)
                .Add(new string(unicode ? '─' : '-', room - full), Faint)
                .Add("  ", Style.Plain);
        }

        return line.Add(text, Style.Plain);
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

    /// <summary>A line of styled text. It is cut at the width of the terminal, not wrapped, so that the height is known.</summary>
    private sealed class Line
    {
        private readonly List<(string Text, Style Style)> _parts = [];

        public Line Add(string text, Style style)
        {
            _parts.Add((text, style));
            return this;
        }

        public Paragraph ToRenderable(int width)
        {
            var paragraph = new Paragraph();
            var room = width - 1;
            foreach (var (text, style) in _parts)
            {
                var shown = text.Length <= room ? text : text[..Math.Max(0, room)];
                room -= shown.Length;
                paragraph.Append(shown, style);
            }

            return paragraph;
        }
    }
}
