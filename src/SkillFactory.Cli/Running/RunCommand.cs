using System.CommandLine;
using SkillFactory.Cli.Errors;
using SkillFactory.Cli.Inputs;
using SkillFactory.Cli.Progress;
using SkillFactory.Cli.Reports;
using SkillFactory.Contracts.Experiments;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.Recipes.Reading;
using SkillFactory.Data.RecipeInputs;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Cli.Running;

/// <summary><c>run RECIPE</c>: a recipe in, a run folder with a report out.</summary>
internal sealed class RunCommand(CliContext context)
{
    public static Command Create(CliContext context, SharedOptions shared)
    {
        var recipe = new Argument<string>("RECIPE") { Description = "Recipe file (YAML)." };
        var options = new RunOptions(shared);
        var command = new Command("run", "Runs a recipe in this process and leaves a run folder with report.html.") { recipe };
        options.AddTo(command);
        command.SetAction(
            (parsed, cancellationToken) =>
                new RunCommand(context).RunAsync(options.Read(parsed, parsed.GetRequiredValue(recipe), model: null), cancellationToken)
        );
        return command;
    }

    private static readonly TimeSpan UnwindTime = TimeSpan.FromSeconds(3);

    internal async Task<int> RunAsync(RunSettings settings, CancellationToken cancellationToken)
    {
        var recipe = RecipeReader.Read(settings.Recipe, settings.Overrides);
        recipe = settings.Model is { } model ? EvaluationOnly.Of(recipe, model) : recipe;
        context.Systems.Check(recipe);
        LeftOutRows.Tell(QuestionFiles.SkippedRows(recipe), context.Error);
        if (settings.DryRun)
        {
            await RecipePlan.WriteAsync(recipe, settings.Workspace, context.Out, context.Time, cancellationToken);
            return ExitCodes.Ok;
        }

        await using var system = await context.Systems.StartAsync(settings.Workspace, recipe.Device, cancellationToken);
        using var broken = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var work = WorkAsync(system, recipe, settings, broken.Token);
        if (await Task.WhenAny(work, system.Failed) != work)
        {
            // Gives the terminal back; what waits for the system's answers does not end.
            await broken.CancelAsync();
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
        switch (await PhaseOfAsync(system, target.ExperimentId))
        {
            case ExperimentPhase.None:
                await experiment.SubmitAsync(target.Submission);
                break;
            case ExperimentPhase.Completed:
                if ((await experiment.ResumeAsync(Guid.NewGuid())).Phase == ExperimentPhase.Completed)
                {
                    return await TellFinishedAsync(system, target, settings);
                }

                context.Out.WriteLine("Some results of this finished experiment are missing from the artifact store; they are made again.");
                break;
            case ExperimentPhase.Cancelled:
                throw new UserErrorException(
                    $"experiment {target.ExperimentId} was cancelled; to begin again: {settings.CommandLine(context.Invocation, "--fresh")}"
                );
            case var phase when !settings.Resume:
                throw new UserErrorException(
                    $"experiment {target.ExperimentId} exists and is not finished ({phase.ToString().ToLowerInvariant()}).{Environment.NewLine}"
                        + $"  To go on:       {settings.CommandLine(context.Invocation, "--resume")}{Environment.NewLine}"
                        + $"  To begin again: {settings.CommandLine(context.Invocation, "--fresh")}"
                );
            default:
                await experiment.ResumeAsync(Guid.NewGuid());
                break;
        }

        await TellOthersAsync(system, target.ExperimentId);
        var status = await FollowAsync(system, experiment, target, settings, cancellationToken);
        return await ConcludeAsync(system, status, settings);
    }

    /// <summary>From the catalog first: to ask a running experiment wakes it, and it would go on at once.</summary>
    private static async Task<ExperimentPhase> PhaseOfAsync(IRunSystem system, string id)
    {
        var listed = (await system.Catalog.ListAsync(id)).FirstOrDefault(e => e.ExperimentId == id);
        return listed is { Phase: ExperimentPhase.Running }
            ? ExperimentPhase.Running
            : (await system.Experiment(id).GetStatusAsync()).Phase;
    }

    /// <summary>What an earlier process left running is woken by its alarm, in this process too; a person who measures must know.</summary>
    private async Task TellOthersAsync(IRunSystem system, string id)
    {
        foreach (var other in (await system.Catalog.ListAsync(null)).Where(e => e.Phase == ExperimentPhase.Running && e.ExperimentId != id))
        {
            context.Out.WriteLine(
                $"Experiment {other.ExperimentId} was cut off by the end of its process; it goes on beside this one until this one ends."
            );
        }
    }

    private async Task<int> TellFinishedAsync(IRunSystem system, RunTarget target, RunSettings settings)
    {
        context.Out.WriteLine($"Experiment {target.ExperimentId} is finished; nothing was run.");
        context.Out.WriteLine($"To run it again from the beginning: {settings.CommandLine(context.Invocation, "--fresh")}");
        HeadlineTable.Write(await system.ExportAsync(target.ExperimentId, CancellationToken.None), context);
        return ExitCodes.Ok;
    }

    private async Task<ExperimentStatus> FollowAsync(
        IRunSystem system,
        IExperimentGrain experiment,
        RunTarget target,
        RunSettings settings,
        CancellationToken cancellationToken
    )
    {
        var board = new ProgressBoard(context.Time);
        board.Apply(await experiment.GetStatusAsync());
        await using IProgressDisplay display =
            context.Terminal.Interactive && !settings.Plain
                ? new LiveProgress(board, context.Out, context.Terminal, context.Time)
                : new PlainProgress(board, context.Out, context.Time);
        await using var partial = new PartialExport(token => system.ExportAsync(target.ExperimentId, token), display);
        await using var stop = context.Signals.Requested.Register(() => _ = PauseAsync(experiment, display));
        var follower = new ExperimentFollower(experiment, board, display, context.Time, partial.Request);
        return await follower.FollowAsync(cancellationToken);
    }

    private static async Task PauseAsync(IExperimentGrain experiment, IProgressDisplay display)
    {
        display.Notice("stopping after the unit in flight… (once more to stop at once; nothing finished is lost either way)");
        try
        {
            await experiment.PauseAsync(Guid.NewGuid());
        }
        catch (Exception e)
        {
            display.Notice($"could not stop cleanly: {e.Message.ReplaceLineEndings(" ")}; once more stops at once");
        }
    }

    private async Task<int> ConcludeAsync(IRunSystem system, ExperimentStatus status, RunSettings settings)
    {
        var exported = await system.ExportAsync(status.ExperimentId, CancellationToken.None);
        var resume = settings.CommandLine(context.Invocation, "--resume");
        switch (status.Phase)
        {
            case ExperimentPhase.Completed:
                HeadlineTable.Write(exported, context);
                return ExitCodes.Ok;
            case ExperimentPhase.Paused:
                context.Out.WriteLine($"Stopped. To go on: {resume}");
                return context.Signals.Requested.IsCancellationRequested ? ExitCodes.Interrupted : ExitCodes.Ok;
            case ExperimentPhase.Cancelled:
                context.Error.WriteLine($"error: experiment {status.ExperimentId} was cancelled");
                return ExitCodes.Failed;
            default:
                var failure = status.Failure ?? new Failure("the experiment failed", IsUserError: false, Cause: "");
                var code = ErrorReporter.Report(failure, context.Error, settings.Verbose);
                context.Error.WriteLine($"What is finished is kept. To try again: {resume}");
                return code;
        }
    }
}
