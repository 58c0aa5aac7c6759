using System.CommandLine;
using SkillFactory.Cli.Running;

namespace SkillFactory.Cli.Reports;

/// <summary><c>report EXPERIMENT</c>: writes the run folder and the report again from the stored results.</summary>
internal sealed class ReportCommand(CliContext context)
{
    public static Command Create(CliContext context, SharedOptions shared)
    {
        var id = new Argument<string>("EXPERIMENT") { Description = "Experiment id (see 'experiments list'), or a unique prefix of it." };
        var open = new Option<string>("--open")
        {
            Description = "Open report.html in the browser: yes or no.",
            HelpName = "yes|no",
            DefaultValueFactory = _ => "no",
        };
        open.AcceptOnlyFromAmong("yes", "no");
        var command = new Command("report", "Writes the run folder of an experiment and its report again, and prints the headline results.")
        {
            id,
            shared.Workspace,
            open,
        };
        command.SetAction(
            (parsed, cancellationToken) =>
                new ReportCommand(context).RunAsync(
                    parsed.GetRequiredValue(shared.Workspace),
                    parsed.GetRequiredValue(id),
                    parsed.GetValue(open) == "yes",
                    cancellationToken
                )
        );
        return command;
    }

    internal async Task<int> RunAsync(string workspace, string id, bool open, CancellationToken cancellationToken)
    {
        await using var system = await context.Systems.OpenAsync(workspace, cancellationToken);
        var status = await system.FindAsync(id, workspace);
        var exported = await system.ExportAsync(status.ExperimentId, cancellationToken);
        ClosingSummary.Write(exported, context);
        if (open && exported.Report is { } report)
        {
            context.OpenFile(report);
        }

        return ExitCodes.Ok;
    }
}
