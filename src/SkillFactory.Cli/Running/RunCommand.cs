using System.CommandLine;
using SkillFactory.Cli.Errors;
using SkillFactory.Cli.Experiments;
using SkillFactory.Cli.Inputs;
using SkillFactory.Cli.Progress;
using SkillFactory.Cli.Reports;
using SkillFactory.Contracts.Experiments;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.Recipes.Reading;
using SkillFactory.Data.RecipeInputs;
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

    internal async Task<int> RunAsync(RunSettings settings, CancellationToken cancellationToken)
    {
        var recipe = RecipeReader.Read(settings.Recipe, settings.Overrides);
        recipe = settings.Model is { } model ? EvaluationOnly.Of(recipe, model) : recipe;
        context.Systems.Check(recipe);
        SkippedRows.Write(QuestionFiles.SkippedRows(recipe), context.Error);
        if (settings.DryRun)
        {
            await RecipePlan.WriteAsync(recipe, settings.Workspace, context.Out, context.Time, cancellationToken);
            return ExitCodes.Ok;
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
        switch (await GetPhaseAsync(system, target.ExperimentId))
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

    /// <summary>Asks the catalog first: a call to the grain of a running experiment activates it, and it would continue at once.</summary>
    private static async Task<ExperimentPhase> GetPhaseAsync(IRunSystem system, string id)
    {
        var listed = (await system.Catalog.ListAsync(id)).FirstOrDefault(e => e.ExperimentId == id);
        return listed is { Phase: ExperimentPhase.Running }
            ? ExperimentPhase.Running
            : (await system.Experiment(id).GetStatusAsync()).Phase;
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
        HeadlineTable.Write(await system.ExportAsync(target.ExperimentId, CancellationToken.None), context);
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
        await using var partial = new PartialExport(token => system.ExportAsync(target.ExperimentId, token), display);
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
        var exported = await system.ExportAsync(status.ExperimentId, CancellationToken.None);
        var resume = settings.CommandLine(context.CommandPrefix, "--resume");
        switch (status.Phase)
        {
            case ExperimentPhase.Completed:
                HeadlineTable.Write(exported, context);
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
                context.Error.WriteLine($"Finished stages are kept. To try again: {resume}");
                return code;
        }
    }
}
