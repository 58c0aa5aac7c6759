using System.CommandLine;
using SkillFactory.Cli.Inputs;
using SkillFactory.Cli.Terminal;
using SkillFactory.Cli.Traces;
using SkillFactory.Reporting.ExperimentComparisons;
using Spectre.Console;

namespace SkillFactory.Cli.Comparing;

/// <summary><c>compare A B …</c>: compares experiments. It reads run folders only, so no process has to run the workspace.</summary>
internal sealed class CompareCommand(CliContext context)
{
    private const string ReportFile = "report.json";

    public static Command Create(CliContext context, SharedOptions shared)
    {
        var experiments = new Argument<string[]>("EXPERIMENT")
        {
            Description =
                "Two or more of: a run folder, a report.json, or an experiment's id (or a unique prefix of it). "
                + "EXPERIMENT@ARM or EXPERIMENT@ARM/CHECKPOINT selects one of its models.",
            Arity = new ArgumentArity(2, 26),
        };
        var output = new Option<string?>("--output", "-o")
        {
            Description = "Also write the comparison to a file: .html, .csv or .json.",
            HelpName = "FILE",
        }.ForOutputFile();
        var command = new Command(
            "compare",
            "Compares experiments: accuracy paired by question, differences between the recipes, and cost."
        )
        {
            experiments,
            shared.Workspace,
            output,
            shared.Json,
        };
        command.SetAction(
            (parsed, cancellationToken) =>
                new CompareCommand(context).RunAsync(
                    parsed.GetRequiredValue(experiments),
                    parsed.GetRequiredValue(shared.Workspace),
                    parsed.GetValue(output),
                    parsed.GetValue(shared.Json),
                    cancellationToken
                )
        );
        return command;
    }

    internal async Task<int> RunAsync(
        IReadOnlyList<string> experiments,
        string workspace,
        string? output,
        bool json,
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
        if (output is not null)
        {
            await ExperimentComparisonFile.WriteAsync(output, comparison, cancellationToken);
        }

        if (json)
        {
            JsonOutput.Write(context.Out, comparison);
            return ExitCodes.Ok;
        }

        Write(comparison);
        if (output is not null)
        {
            context.Out.WriteLine($"Comparison: {Path.GetFullPath(output)}");
        }

        return ExitCodes.Ok;
    }

    /// <summary>Splits at the last @, unless a file or folder has the whole name.</summary>
    private static (string Name, string? Model) Split(string experiment) =>
        experiment.LastIndexOf('@') is > 0 and var at && !Path.Exists(experiment)
            ? (experiment[..at], experiment[(at + 1)..])
            : (experiment, null);

    private void Write(ExperimentComparison comparison)
    {
        var console = context.Terminal.OpenConsole(context.Out);
        foreach (var data in ExperimentComparisonTables.Of(comparison))
        {
            context.Out.WriteLine($"{data.Title}: {data.Note}");
            var table = new Table { Border = context.Terminal.Unicode ? TableBorder.Simple : TableBorder.Ascii };
            foreach (var (i, column) in data.Header.Index())
            {
                var head = new TableColumn(Markup.Escape(column));
                table.AddColumn(i < data.TextColumns ? head : head.RightAligned());
            }

            foreach (var row in data.Rows)
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
