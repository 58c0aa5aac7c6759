using System.CommandLine;
using SkillFactory.Cli.Inputs;
using SkillFactory.Cli.Running;
using SkillFactory.Cli.Terminal;
using SkillFactory.Primitives.Errors;
using SkillFactory.Storage.Artifacts;

namespace SkillFactory.Cli.Reports;

/// <summary><c>report EXPERIMENT</c>: writes the run folder and the report again from the stored results.</summary>
internal sealed class ReportCommand(CliContext context)
{
    public static Command Create(CliContext context, SharedOptions shared)
    {
        var id = new Argument<string>("EXPERIMENT") { Description = "Experiment id (see 'experiments list'), or a unique prefix of it." };
        var output = new Option<string?>("--output", "-o")
        {
            Description = "Folder for a copy: new, empty, or an earlier copy of this experiment. Default: the run folder itself.",
            HelpName = "DIR",
        }.ForFolder();
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
            output,
            open,
            shared.Json,
        };
        command.SetAction(
            (parsed, cancellationToken) =>
                new ReportCommand(context).RunAsync(
                    parsed.GetRequiredValue(shared.Workspace),
                    parsed.GetRequiredValue(id),
                    parsed.GetValue(output),
                    parsed.GetValue(open) == "yes",
                    parsed.GetValue(shared.Json),
                    cancellationToken
                )
        );
        return command;
    }

    /// <summary>The command that writes a copy of a run folder to the folder that a run was given.</summary>
    public static string CommandLine(string id, RunSettings settings, string prefix)
    {
        List<string> words = ["report", id];
        if (settings.Workspace != SharedOptions.DefaultWorkspace)
        {
            words.AddRange(["--workspace", settings.Workspace]);
        }

        return ShellCommand.Join(prefix, [.. words, "--output", settings.Output!]);
    }

    internal async Task<int> RunAsync(
        string workspace,
        string id,
        string? output,
        bool open,
        bool json,
        CancellationToken cancellationToken
    )
    {
        if (output is not null)
        {
            RunFolderLock.RequireUsable(output, workspace);
        }

        await using var system = await context.Systems.OpenAsync(workspace, cancellationToken);
        var status = await system.FindAsync(id, workspace);
        var copy = output is null ? null : Path.TrimEndingDirectorySeparator(Path.GetFullPath(output));
        using var folderLock = copy is null ? null : RunFolderLock.Acquire(copy, status.ExperimentId);
        var exported = await ExportAsync(
            system,
            status.ExperimentId,
            copy,
            copy ?? RunFolderPath.Full(workspace, status.OutputFolder),
            cancellationToken
        );
        if (json)
        {
            JsonOutput.Write(context.Out, new ReportFacts(status.ExperimentId, exported.Folder, exported.Report));
        }
        else
        {
            ClosingSummary.Write(exported, context);
        }

        if (open && exported.Report is { } report)
        {
            context.OpenFile(report);
        }

        return ExitCodes.Ok;
    }

    private static async Task<ExportedRun> ExportAsync(
        IRunSystem system,
        string id,
        string? output,
        string folder,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await system.ExportAsync(id, output, cancellationToken);
        }
        catch (Exception e) when (e is UnauthorizedAccessException || (e is IOException io && !DiskFull.Is(io)))
        {
            throw new UserErrorException(
                $"the run folder {folder} cannot be written: {e.Message.ReplaceLineEndings(" ").TrimEnd('.')}; "
                    + "to write a copy elsewhere, give a folder with --output",
                e
            );
        }
    }
}

/// <summary>What <c>report --json</c> prints. The results are in the report.json of the folder.</summary>
internal sealed record ReportFacts(string Id, string RunFolder, string? Report);
