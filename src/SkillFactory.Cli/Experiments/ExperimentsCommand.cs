using System.CommandLine;
using SkillFactory.Cli.Progress;
using SkillFactory.Cli.Running;
using SkillFactory.Cli.Terminal;
using SkillFactory.Contracts.Experiments;
using Spectre.Console;

namespace SkillFactory.Cli.Experiments;

/// <summary><c>experiments list|show</c>: lists and shows the experiments of a workspace.</summary>
internal sealed class ExperimentsCommand(CliContext context)
{
    public static Command Create(CliContext context, SharedOptions shared)
    {
        var self = new ExperimentsCommand(context);
        var search = new Argument<string?>("SEARCH")
        {
            Description = "Part of an id or a name. Default: all experiments.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var list = new Command("list", "Lists the experiments of a workspace, newest first.") { search, shared.Workspace, shared.Json };
        list.SetAction(
            (parsed, cancellationToken) =>
                self.ListAsync(
                    parsed.GetRequiredValue(shared.Workspace),
                    parsed.GetValue(search),
                    parsed.GetValue(shared.Json),
                    cancellationToken
                )
        );

        var id = new Argument<string>("EXPERIMENT") { Description = "Experiment id, or a unique prefix of it." };
        var show = new Command("show", "Shows the stages of an experiment: state, time and errors.") { id, shared.Workspace, shared.Json };
        show.SetAction(
            (parsed, cancellationToken) =>
                self.ShowAsync(
                    parsed.GetRequiredValue(shared.Workspace),
                    parsed.GetRequiredValue(id),
                    parsed.GetValue(shared.Json),
                    cancellationToken
                )
        );
        return new Command("experiments", "Lists and shows the experiments of a workspace.") { list, show };
    }

    internal async Task<int> ListAsync(string workspace, string? search, bool json, CancellationToken cancellationToken)
    {
        await using var system = await context.Systems.OpenAsync(workspace, cancellationToken);
        var entries = await system.Catalog.ListAsync(search);
        if (json)
        {
            JsonOutput.Write(context.Out, new { Experiments = entries.Select(e => ExperimentFacts.Of(e, workspace, system.RunsStages)) });
            return ExitCodes.Ok;
        }

        if (entries.Count == 0)
        {
            context.Out.WriteLine(
                search is null ? $"No experiments in {workspace} yet." : $"No experiment in {workspace} matches '{search}'."
            );
            return ExitCodes.Ok;
        }

        var table = NewTable("experiment", "name", "state", "submitted", "run folder");
        foreach (var entry in entries)
        {
            table.AddRow([
                .. (
                    (string[])
                        [
                            entry.ExperimentId,
                            entry.Name,
                            StateWords.Of(entry.Phase, system.RunsStages),
                            entry.SubmittedAt.ToString("yyyy-MM-dd HH:mm'Z'"),
                            RunFolderPath.Full(workspace, entry.OutputFolder),
                        ]
                ).Select(Markup.Escape),
            ]);
        }

        Write(table);
        return ExitCodes.Ok;
    }

    internal async Task<int> ShowAsync(string workspace, string id, bool json, CancellationToken cancellationToken)
    {
        await using var system = await context.Systems.OpenAsync(workspace, cancellationToken);
        var status = await system.FindAsync(id, workspace);
        if (json)
        {
            JsonOutput.Write(context.Out, ExperimentFacts.Of(status, workspace, system.RunsStages));
            return ExitCodes.Ok;
        }

        context.Out.WriteLine(
            $"{status.ExperimentId}  {StateWords.Of(status.Phase, system.RunsStages)}  submitted {status.SubmittedAt:yyyy-MM-dd HH:mm'Z'}"
        );
        context.Out.WriteLine($"Run folder: {RunFolderPath.Full(workspace, status.OutputFolder)}");
        if (status.Failure is { } failure)
        {
            context.Out.WriteLine($"Error: {failure.Message}");
        }

        var table = NewTable("stage", "state", "time", "progress");
        foreach (var stage in status.Stages)
        {
            table.AddRow([
                .. (
                    (string[])
                        [
                            stage.Name,
                            StateWords.Of(stage.Phase, system.RunsStages),
                            stage.WallSeconds > 0 ? DisplayFormat.Duration(TimeSpan.FromSeconds(stage.WallSeconds)) : "",
                            stage.Progress is { } p && stage.Phase == StagePhase.Running
                                ? DisplayFormat.DoneOf(p.Done, p.Total, p.Unit)
                                : "",
                        ]
                ).Select(Markup.Escape),
            ]);
        }

        Write(table);
        return ExitCodes.Ok;
    }

    private Table NewTable(params string[] columns)
    {
        var table = new Table { Border = context.Terminal.Unicode ? TableBorder.Simple : TableBorder.Ascii };
        table.AddColumns(columns);
        return table;
    }

    private void Write(Table table) => context.Terminal.OpenConsole(context.Out).Write(table);
}
