using SkillFactory.Cli.Running;
using Spectre.Console;

namespace SkillFactory.Cli.Reports;

/// <summary>Prints what the report opens with: a table of the results, the sentences about the largest effects and their cost, and the path
/// of the report.</summary>
internal static class ClosingSummary
{
    public static void Write(ExportedRun run, CliContext context)
    {
        var console = context.Terminal.OpenConsole(context.Out);
        if (run.Headline.Count > 1)
        {
            var table = new Table { Border = context.Terminal.Unicode ? TableBorder.Simple : TableBorder.Ascii };
            var header = run.Headline[0];
            for (var i = 0; i < header.Count; i++)
            {
                var column = new TableColumn(Markup.Escape(header[i]));
                table.AddColumn(i == 0 ? column : column.RightAligned());
            }

            foreach (var row in run.Headline.Skip(1))
            {
                table.AddRow([.. row.Select(Markup.Escape)]);
            }

            console.Write(table);
        }

        foreach (var sentence in run.Summary)
        {
            console.WriteLine(sentence);
        }

        context.Out.WriteLine(run.Report is null ? $"Run folder: {run.Folder}" : $"Report: {run.Report}");
    }
}
