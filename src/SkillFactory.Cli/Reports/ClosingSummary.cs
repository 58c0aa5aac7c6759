using SkillFactory.Cli.Running;
using SkillFactory.Reporting.Opening;
using Spectre.Console;

namespace SkillFactory.Cli.Reports;

/// <summary>Prints what the report opens with: a table of the results, the sentences about the largest effects and their cost, and the path
/// of the report. On a narrow terminal the table has no intervals.</summary>
internal static class ClosingSummary
{
    public static void Write(ExportedRun run, CliContext context)
    {
        var console = context.Terminal.OpenConsole(context.Out);
        if (run.Headline.Count > 1)
        {
            var withIntervals = Cells(run, c => c.Interval.Length > 0 ? $"{c.Value} {c.Interval}" : c.Value);
            console.Write(Table(WidthOf(withIntervals) <= context.Terminal.Width() ? withIntervals : Cells(run, c => c.Value), context));
        }

        foreach (var sentence in run.Summary)
        {
            console.WriteLine(sentence);
        }

        context.Out.WriteLine(run.Report is null ? $"Run folder: {run.Folder}" : $"Report: {run.Report}");
    }

    private static List<List<string>> Cells(ExportedRun run, Func<HeadlineCell, string> text) =>
        [.. run.Headline.Select(row => row.Select(text).ToList())];

    /// <summary>Columns of the terminal that the table needs, with two columns on either side of a cell.</summary>
    private static int WidthOf(List<List<string>> rows) =>
        Enumerable.Range(0, rows[0].Count).Sum(column => rows.Max(r => r[column].Length) + 4);

    private static Table Table(List<List<string>> rows, CliContext context)
    {
        var table = new Table { Border = context.Terminal.Unicode ? TableBorder.Simple : TableBorder.Ascii };
        for (var i = 0; i < rows[0].Count; i++)
        {
            var column = new TableColumn(Markup.Escape(rows[0][i]));
            table.AddColumn(i == 0 ? column : column.RightAligned());
        }

        foreach (var row in rows.Skip(1))
        {
            table.AddRow([.. row.Select(Markup.Escape)]);
        }

        return table;
    }
}
