using System.CommandLine;
using SkillFactory.Cli.Errors;
using SkillFactory.Cli.Experiments;
using SkillFactory.Cli.Inputs;
using SkillFactory.Cli.Progress;
using SkillFactory.Cli.Reports;
using SkillFactory.Contracts.Experiments;
using SkillFactory.Core.Recipes;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Cli.Running;

/// <summary><c>run RECIPE</c>: runs a recipe and writes a run folder with a report.</summary>
internal sealed class RunCommand(CliContext context)
{
    public static Command Create(CliContext context, SharedOptions shared)
    {
        var recipe = new Argument<string>("RECIPE") { Description = "Recipe file (YAML)." };
        var options = new RunOptions(shared);
        var command = new Command("run", "Runs a recipe in this process and writes a run folder with report.html.") { recipe };
        options.AddTo(command);
        command.SetAction(
            (parsed, cancellationToken) =>
                new RunCommand(context).RunAsync(options.Read(parsed, parsed.GetRequiredValue(recipe), model: null), cancellationToken)
        );
        return command;
    }

    /// <summary>Time for the display to restore the terminal after the system has failed.</summary>
    private static readonly TimeSpan UnwindTime = TimeSpan.FromSeconds(3);

    /// <summary>What helps after a failure that repeats.</summary>
    private const string HowToRepair =
        "The same recipe fails again. Finished stages are kept: change the recipe and run it; it continues from them.";

    internal async Task<int> RunAsync(RunSettings settings, CancellationToken cancellationToken)
    {
        RecipeKind.RequireExperiment(settings.Recipe, context.CommandPrefix);
        var located = RecipeReader.Read(settings.Recipe, settings.Overrides);
        var recipe = settings.Model is { } model ? EvaluationOnly.Of(located.Recipe, model) : located.Recipe;
        var folder = settings.Model is null ? RecipeReader.FolderOf(settings.Recipe) : Environment.CurrentDirectory;
        foreach (var note in context.Systems.Check(located with { Recipe = recipe }, folder))
        {
            context.Error.WriteLine(note);
        }

        if (settings.Output is { } output)
        {
            RunFolderLock.RequireUsable(output, settings.Workspace);
        }

        if (settings.DryRun)
        {
            await RecipePlan.WriteAsync(recipe, settings.Workspace, context.Out, context.Time, cancellationToken);
            return ExitCodes.Ok;
        }

        if (settings.Resume && !Directory.Exists(settings.Workspace))
        {
            throw NothingToResume($"there is no workspace {settings.Workspace}", settings);
        }

        await using var system = await context.Systems.StartAsync(settings.Workspace, recipe.Device, cancellationToken);
        using var failure = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var work = WorkAsync(system, recipe, settings, failure.Token);
        if (await Task.WhenAny(work, system.Failed) != work)
        {
            // Cancels the display so that it restores the terminal. Calls to the failed system may never return.
            await failure.CancelAsync();
            await ((Task)work)
                .WaitAsync(UnwindTime, context.Time, CancellationToken.None)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await system.Failed;
        }

        return await work;
    }

    private async Task<int> WorkAsync(IRunSystem system, Recipe recipe, RunSettings settings, CancellationToken cancellationToken)
    {
        var request = new RunRequest(recipe, settings.Fresh, settings.Output);
        var target = await system.PrepareAsync(request, cancellationToken);
        var experiment = system.Experiment(target.ExperimentId);
        var (known, folder) = await GetKnownAsync(system, target.ExperimentId);
        if (known == ExperimentPhase.None && settings.Resume)
        {
            throw NothingToResume(
                $"experiment {target.ExperimentId} has not been run in {settings.Workspace}",
                settings,
                await OthersOfTheNameAsync(system, recipe)
            );
        }

        if (known != ExperimentPhase.None && settings.Output is not null && folder != target.Submission.OutputFolder)
        {
            throw new UserErrorException(
                $"experiment {target.ExperimentId} has its run folder at "
                    + $"{RunFolderPath.Full(settings.Workspace, folder)}, and --output cannot change that. "
                    + $"For a copy of it: {ReportCommand.CommandLine(target.ExperimentId, settings, context.CommandPrefix)}"
            );
        }

        using var folderLock = settings.Output is null
            ? null
            : RunFolderLock.Acquire(RunFolderPath.Full(settings.Workspace, target.Submission.OutputFolder), target.ExperimentId);
        switch (known)
        {
            case ExperimentPhase.None:
                await experiment.SubmitAsync(target.Submission);
                break;
            case ExperimentPhase.Completed:
                if ((await experiment.ResumeAsync(Guid.NewGuid())).Phase == ExperimentPhase.Completed)
                {
                    return await WriteFinishedAsync(system, target, settings);
                }

                context.Out.WriteLine(
                    "Some results of this finished experiment are missing from the artifact store; they are computed again."
                );
                break;
            case ExperimentPhase.Cancelled:
                throw new UserErrorException(
                    $"experiment {target.ExperimentId} was cancelled; to start again: "
                        + $"{settings.CommandLine(context.CommandPrefix, "--fresh")}"
                );
            case ExperimentPhase.Failed when !settings.Resume && (await experiment.GetStatusAsync()).Failure is { Repeats: true } failure:
                throw new UserErrorException($"{failure.Message}{Environment.NewLine}{HowToRepair}");
            case var phase when !settings.Resume:
                throw new UserErrorException(
                    $"experiment {target.ExperimentId} exists and is not finished ({StateWords.Of(phase, runsStages: false)})."
                        + Environment.NewLine
                        + $"  To continue:    {settings.CommandLine(context.CommandPrefix, "--resume")}{Environment.NewLine}"
                        + $"  To start again: {settings.CommandLine(context.CommandPrefix, "--fresh")}"
                );
            default:
                await experiment.ResumeAsync(Guid.NewGuid());
                break;
        }

        await WriteOtherExperimentsAsync(system, target.ExperimentId);
        var status = await FollowAsync(system, experiment, target, recipe, settings, cancellationToken);
        return await FinishAsync(system, status, settings);
    }

    /// <summary>The phase and the run folder of an experiment. Asks the catalog first: a call to the grain of a running experiment
    /// activates it, and it would continue at once.</summary>
    private static async Task<(ExperimentPhase Phase, string Folder)> GetKnownAsync(IRunSystem system, string id)
    {
        if ((await system.Catalog.ListAsync(id)).FirstOrDefault(e => e.ExperimentId == id) is { Phase: ExperimentPhase.Running } running)
        {
            return (running.Phase, running.OutputFolder);
        }

        var status = await system.Experiment(id).GetStatusAsync();
        return (status.Phase, status.OutputFolder);
    }

    private UserErrorException NothingToResume(string why, RunSettings settings, string hint = "") =>
        new($"there is nothing to resume: {why}{hint}; to start it: {settings.CommandLine(context.CommandPrefix, mode: null)}");

    /// <summary>Other experiments of the recipe's name: the recipe or its overrides may have changed since.</summary>
    private static async Task<string> OthersOfTheNameAsync(IRunSystem system, Recipe recipe)
    {
        var others = (await system.Catalog.ListAsync(recipe.Name)).Where(e => e.Name == recipe.Name).Select(e => e.ExperimentId).ToList();
        return others.Count == 0 ? "" : $" ({others[0]} has the same name and other content: the recipe, a model or an option has changed)";
    }

    /// <summary>Names the experiments that an earlier process left running: their reminders continue them in this process, which affects
    /// measured times.</summary>
    private async Task WriteOtherExperimentsAsync(IRunSystem system, string id)
    {
        foreach (var other in (await system.Catalog.ListAsync(null)).Where(e => e.Phase == ExperimentPhase.Running && e.ExperimentId != id))
        {
            context.Out.WriteLine(
                $"Experiment {other.ExperimentId} was interrupted when its process ended; it continues in this process as well."
            );
        }
    }

    private async Task<int> WriteFinishedAsync(IRunSystem system, RunTarget target, RunSettings settings)
    {
        context.Out.WriteLine($"Experiment {target.ExperimentId} is already finished; nothing was run.");
        context.Out.WriteLine($"To run it again from the beginning: {settings.CommandLine(context.CommandPrefix, "--fresh")}");
        ClosingSummary.Write(await system.ExportAsync(target.ExperimentId, output: null, CancellationToken.None), context);
        return ExitCodes.Ok;
    }

    private async Task<ExperimentStatus> FollowAsync(
        IRunSystem system,
        IExperimentGrain experiment,
        RunTarget target,
        Recipe recipe,
        RunSettings settings,
        CancellationToken cancellationToken
    )
    {
        var board = new ProgressBoard(RunOutline.Of(recipe), context.Time);
        var headlines = new BoardHeadlines(system, target.ExperimentId, board);
        var status = await experiment.GetStatusAsync();
        board.Apply(status);
        await headlines.AddAsync(status.Stages, cancellationToken);
        await using IProgressDisplay display =
            context.Terminal.Interactive && !settings.Plain
                ? new LiveProgress(board, context.Out, context.Terminal, context.Time)
                : new PlainProgress(board, context.Out, context.Time);
        await using var partial = new PartialExport(token => system.ExportAsync(target.ExperimentId, output: null, token), display);
        await using var stop = context.Signals.Requested.Register(() => _ = PauseAsync(experiment, display));
        var follower = new ExperimentFollower(experiment, board, headlines, display, context.Time, partial.Request);
        return await follower.FollowAsync(cancellationToken);
    }

    private static async Task PauseAsync(IExperimentGrain experiment, IProgressDisplay display)
    {
        display.ShowNotice("stopping after the current unit of work… (press Ctrl-C again to stop at once; finished work is never lost)");
        try
        {
            await experiment.PauseAsync(Guid.NewGuid());
        }
        catch (Exception e)
        {
            display.ShowNotice($"could not stop cleanly: {e.Message.ReplaceLineEndings(" ")}; press Ctrl-C again to stop at once");
        }
    }

    private async Task<int> FinishAsync(IRunSystem system, ExperimentStatus status, RunSettings settings)
    {
        var exported = await system.ExportAsync(status.ExperimentId, output: null, CancellationToken.None);
        var resume = settings.CommandLine(context.CommandPrefix, "--resume");
        switch (status.Phase)
        {
            case ExperimentPhase.Completed:
                ClosingSummary.Write(exported, context);
                return ExitCodes.Ok;
            case ExperimentPhase.Paused:
                context.Out.WriteLine($"Stopped. To continue: {resume}");
                return context.Signals.Requested.IsCancellationRequested ? ExitCodes.Interrupted : ExitCodes.Ok;
            case ExperimentPhase.Cancelled:
                context.Error.WriteLine($"error: experiment {status.ExperimentId} was cancelled");
                return ExitCodes.Failed;
            default:
                var failure = status.Failure ?? new Failure("the experiment failed", IsUserError: false, Cause: "");
                var code = ErrorReporter.Report(failure, context.Error, settings.Verbose);
                context.Error.WriteLine(failure.Repeats ? HowToRepair : $"Finished stages are kept. To try again: {resume}");
                return code;
        }
    }
}
