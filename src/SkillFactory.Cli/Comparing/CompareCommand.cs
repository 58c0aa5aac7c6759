using System.CommandLine;
using SkillFactory.Cli.Traces;
using SkillFactory.Reporting.ExperimentComparisons;
using Spectre.Console;

namespace SkillFactory.Cli.Comparing;

/// <summary><c>compare A B …</c>: experiments side by side. Reads run folders; needs no workspace to be running.</summary>
internal sealed class CompareCommand(CliContext context)
{
    private const string ReportFile = "report.json";

    public static Command Create(CliContext context, SharedOptions shared)
    {
        var experiments = new Argument<string[]>("EXPERIMENT")
        {
            Description =
                "Two or more: a run folder, a report.json, or an experiment's id (a unique beginning will do). EXPERIMENT@ARM or EXPERIMENT@ARM/CHECKPOINT takes one model of it.",
            Arity = new ArgumentArity(2, 26),
        };
        var output = new Option<string?>("--output", "-o")
        {
            Description = "Write the comparison to a file too: .html, .csv or .json.",
            HelpName = "FILE",
        };
        var command = new Command(
            "compare",
            "Compares experiments: the same models on the same questions, paired, with what differs in their recipes and what they cost."
        )
        {
            experiments,
            shared.Workspace,
            output,
        };
        command.SetAction(
            (parsed, cancellationToken) =>
                new CompareCommand(context).RunAsync(
                    parsed.GetRequiredValue(experiments),
                    parsed.GetRequiredValue(shared.Workspace),
                    parsed.GetValue(output),
                    cancellationToken
                )
        );
        return command;
    }

    internal async Task<int> RunAsync(
        IReadOnlyList<string> experiments,
        string workspace,
        string? output,
        CancellationToken cancellationToken
    )
    {
        if (output is not null)
        {
            ExperimentComparisonFile.RequireExtension(output);
        }

        var runs = new List<ComparedRun>();
        foreach (var experiment in experiments)
        {
            var (name, model) = Split(experiment);
            runs.Add(
                await ComparedRun.LoadAsync(
                    File.Exists(name) ? name : RunFolder.Find(workspace, name, ReportFile),
                    model,
                    experiment,
                    cancellationToken
                )
            );
        }

        var comparison = ExperimentComparisonBuilder.Build(runs);
        Write(comparison);
        if (output is not null)
        {
            await ExperimentComparisonFile.WriteAsync(output, comparison, cancellationToken);
            context.Out.WriteLine($"Comparison: {Path.GetFullPath(output)}");
        }

        return ExitCodes.Ok;
    }

    /// <summary>The last @ divides, unless what is named with it exists.</summary>
    private static (string Name, string? Model) Split(string experiment) =>
        experiment.LastIndexOf('@') is > 0 and var at && !Path.Exists(experiment)
            ? (experiment[..at], experiment[(at + 1)..])
            : (experiment, null);

    private void Write(ExperimentComparison comparison)
    {
        var console = context.Terminal.OpenConsole(context.Out);
        foreach (var found in ExperimentComparisonTables.Of(comparison))
        {
            context.Out.WriteLine(found.Title);
            var table = new Table { Border = context.Terminal.Unicode ? TableBorder.Simple : TableBorder.Ascii };
            foreach (var (i, column) in found.Header.Index())
            {
                var head = new TableColumn(Markup.Escape(column));
                table.AddColumn(i < found.TextColumns ? head : head.RightAligned());
            }

            foreach (var row in found.Rows)
            {
                table.AddRow([.. row.Select(Markup.Escape)]);
            }

            console.Write(table);
        }

        foreach (var note in comparison.Notes)
        {
            context.Out.WriteLine($"- {note}");
        }
    }
}
