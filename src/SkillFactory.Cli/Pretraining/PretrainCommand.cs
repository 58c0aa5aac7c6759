using System.CommandLine;
using SkillFactory.Cli.Inputs;
using SkillFactory.Cli.Progress;
using SkillFactory.Cli.Terminal;
using SkillFactory.Contracts.Experiments;
using SkillFactory.Core.Metrics;

namespace SkillFactory.Cli.Pretraining;

/// <summary><c>pretrain RECIPE</c>: trains a base model from scratch.</summary>
internal sealed class PretrainCommand(CliContext context)
{
    private const string StageName = "pretrain";

    public static Command Create(CliContext context)
    {
        var recipe = new Argument<string>("RECIPE") { Description = "Pretraining recipe (YAML)." };
        var resume = new Option<bool>("--resume") { Description = "Continue from the last checkpoint." };
        var output = new Option<string?>("--output", "-o")
        {
            Description = "Folder for the model (Hugging Face format), new or empty. Default: the folder in the recipe.",
            HelpName = "DIR",
        }.ForFolder();
        var plain = new Option<bool>("--plain")
        {
            Description = "Print plain lines instead of the live view. Default if the output is not a terminal.",
        };
        var command = new Command("pretrain", "Trains a small base model from scratch on a corpus it generates.")
        {
            recipe,
            resume,
            output,
            plain,
        };
        command.SetAction(
            (parsed, cancellationToken) =>
                new PretrainCommand(context).RunAsync(
                    parsed.GetRequiredValue(recipe),
                    parsed.GetValue(output),
                    parsed.GetValue(resume),
                    parsed.GetValue(plain),
                    cancellationToken
                )
        );
        return command;
    }

    internal async Task<int> RunAsync(string recipe, string? output, bool resume, bool plain, CancellationToken cancellationToken)
    {
        RecipeKind.RequirePretraining(recipe, context.CommandPrefix);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, context.Signals.Requested);
        string folder;
        try
        {
            var board = new ProgressBoard(RunOutline.Empty, context.Time);
            await using IProgressDisplay display =
                context.Terminal.Interactive && !plain
                    ? new LiveProgress(board, context.Out, context.Terminal, context.Time)
                    : new PlainProgress(board, context.Out, context.Time);
            await using var notice = context.Signals.Requested.Register(() => display.ShowNotice("stopping after the current step…"));
            folder = await context.Pretrainer.RunAsync(recipe, output, resume, new EventProgress(board, display, context.Time), stop.Token);
        }
        catch (OperationCanceledException) when (context.Signals.Requested.IsCancellationRequested)
        {
            List<string> words = ["pretrain", recipe, "--resume"];
            if (output is not null)
            {
                words.AddRange(["--output", output]);
            }

            context.Out.WriteLine($"Stopped. To continue: {ShellCommand.Join(context.CommandPrefix, words)}");
            return ExitCodes.Interrupted;
        }

        context.Out.WriteLine($"Model: {folder}");
        return ExitCodes.Ok;
    }

    /// <summary>Shows pretraining as a run with one stage. The trainer's thread reports in order.</summary>
    private sealed class EventProgress(ProgressBoard board, IProgressDisplay display, TimeProvider time) : IProgress<PretrainingProgress>
    {
        private long _sequence;
        private string _phase = "";

        public void Report(PretrainingProgress value)
        {
            if (value.Phase != _phase && value.Phase.Length > 0)
            {
                display.ShowNotice(value.Phase);
            }

            _phase = value.Phase;
            if (_phase.Length > 0)
            {
                return;
            }

            var metrics = value.Loss is { } loss
                ? new MetricRow(value.Step, new Dictionary<string, double> { [MetricNames.Loss] = loss })
                : null;
            var progress = new StageProgress(StageName, value.Step, value.Steps, "steps", value.Tokens, "", metrics);
            var stage = new StageStatus(StageName, StageName, StagePhase.Running, null, 0, progress);
            var change = new ExperimentEvent(++_sequence, time.GetUtcNow(), "progress", "", ExperimentPhase.Running, stage);
            board.Apply(change);
            display.OnEvent(change);
        }
    }
}
