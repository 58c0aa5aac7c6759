using System.CommandLine;
using System.CommandLine.Help;
using SkillFactory.Cli.Comparing;
using SkillFactory.Cli.Diagnosis;
using SkillFactory.Cli.Errors;
using SkillFactory.Cli.Experiments;
using SkillFactory.Cli.Grading;
using SkillFactory.Cli.Help;
using SkillFactory.Cli.Pretraining;
using SkillFactory.Cli.Pulling;
using SkillFactory.Cli.Reports;
using SkillFactory.Cli.Running;
using SkillFactory.Cli.Samples;
using SkillFactory.Cli.Terminal;
using SkillFactory.Cli.Traces;
using SkillFactory.Hosting.Embedded;

namespace SkillFactory.Cli;

/// <summary>Builds the commands, runs one and turns exceptions into exit codes.</summary>
internal static class CliApp
{
    public static async Task<int> RunAsync(IReadOnlyList<string> args, CliContext context)
    {
        var shared = new SharedOptions();
        var parsed = Build(context, shared).Parse(args);
        var invocation = new InvocationConfiguration
        {
            Output = context.Out,
            Error = context.Error,
            EnableDefaultExceptionHandler = false,

            // StopSignals handles signals: the first one pauses the run, which may take as long as the current unit of work.
            ProcessTerminationTimeout = null,
        };
        if (ParseErrors.Find(parsed, args) is { } error)
        {
            context.Error.WriteLine($"error: {error}");
            context.Error.WriteLine($"For the usage, run: {HelpCommand(parsed, context)}");
            return ExitCodes.UserError;
        }

        try
        {
            return await parsed.InvokeAsync(invocation, CancellationToken.None);
        }
        catch (Exception e)
        {
            var workspace = parsed.GetResult(shared.Workspace) is null ? SharedOptions.DefaultWorkspace : parsed.GetValue(shared.Workspace);
            return ErrorReporter.Report(e, context.Error, parsed.GetValue(shared.Verbose), WorkspaceFolders.Logs(workspace!));
        }
    }

    private static string HelpCommand(ParseResult parsed, CliContext context) =>
        ShellCommand.Join(
            context.CommandPrefix,
            parsed.CommandResult.Command is RootCommand ? ["--help"] : [.. ParseErrors.PathOf(parsed.CommandResult.Command), "--help"]
        );

    internal static RootCommand Build(CliContext context, SharedOptions shared)
    {
        var run = RunCommand.Create(context, shared);
        var evaluate = EvaluateCommand.Create(context, shared);
        var pretrain = PretrainCommand.Create(context);
        var experiments = ExperimentsCommand.Create(context, shared);
        var report = ReportCommand.Create(context, shared);
        var compare = CompareCommand.Create(context, shared);
        var traces = TracesCommand.Create(context, shared);
        var grade = GradeCommand.Create(context, shared);
        var pull = PullCommand.Create(context, shared);
        var init = InitCommand.Create(context);
        var doctor = DoctorCommand.Create(context, shared);
        var root = new RootCommand("SkillFactory: teaches a language model to check its work and retry, and measures the gain.")
        {
            run,
            evaluate,
            pretrain,
            experiments,
            report,
            compare,
            traces,
            grade,
            pull,
            init,
            doctor,
            shared.Verbose,
        };

        var help = root.Options.OfType<HelpOption>().Single();
        var examples = new HelpWithExamples((HelpAction)help.Action!);
        help.Action = examples;
        var name = context.CommandPrefix;
        examples.Add(
            root,
            "Exit codes: 0 success, 1 failure, 2 an error that the user can fix, 130 stopped by Ctrl-C.",
            $"{name} run recipes/quickstart.yaml",
            $"{name} doctor"
        );
        examples.Add(
            run,
            """
            The experiment's id is computed from the recipe's name and content, so the same command finds the same experiment.
            Ctrl-C stops after the current unit of work and prints the command that continues; a second Ctrl-C stops at once.
            Finished work is never lost.
            """,
            $"{name} run recipes/quickstart.yaml",
            $"{name} run recipes/quickstart.yaml --resume",
            $"{name} run recipes/quickstart.yaml --set grpo.steps=20 --set seeds=[1,2,3]",
            $"{name} run recipes/quickstart.yaml --device cuda:0 --workspace /data/runs",
            $"{name} run recipes/quickstart.yaml --dry-run"
        );
        examples.Add(
            evaluate,
            "The model is the only arm, named base. Use 'compare' to compare it with the models of other experiments.",
            $"{name} evaluate models/my-base --recipe recipes/quickstart.yaml",
            $"{name} evaluate runs/quickstart-1a2b3c4d/checkpoints/1/skillfactory/grpo --recipe recipes/quickstart.yaml"
                + " --set evaluation.samples=16"
        );
        examples.Add(pretrain, "", $"{name} pretrain recipes/tiny-base.yaml --output models/my-base");
        examples.Add(experiments, "", $"{name} experiments list", $"{name} experiments show quickstart-1a2b3c4d");
        examples.Add(report, "", $"{name} report quickstart-1a2b3c4d");
        examples.Add(
            compare,
            """
            Every experiment is compared with the first. Differences are paired by question if the run folders hold the responses.
            See docs/how-to/compare-experiments.md for what is compared and how.
            """,
            $"{name} compare quickstart-1a2b3c4d quickstart-5e6f7a8b",
            $"{name} compare runs/a@rl-only runs/b@rl-only-long --output comparison.html"
        );
        examples.Add(traces, "", $"{name} traces show quickstart-1a2b3c4d --arm skillfactory --stage evaluate --outcome wrong --limit 3");
        examples.Add(
            traces.Subcommands.Single(c => c.Name == "build"),
            """
            Works offline and without a model. docs/reference/data-formats.md lists the columns,
            docs/reference/trace-formats.md the formats.
            """,
            $"{name} traces build --input raw.parquet --format '*C_full' --attempts 5 --repeats 1 --seed 7 --output traces",
            $"{name} traces build --input raw/ --write sharegpt-parquet,verl --drop-reflections-with idea,fast --skip-bad --output traces",
            $"{name} traces build --input runs/quickstart-1a2b3c4d --where seed=1 --format algorithm_1 --output traces"
        );
        examples.Add(
            grade,
            """
            Works offline and without a model. A row holds the gold answer and the response. The question, an id, and a flag for
            truncated responses are optional. See docs/reference/tasks.md for the form of each task's gold answers.
            """,
            $"{name} grade --task countdown --input rollouts.jsonl --output graded.jsonl",
            $"{name} grade --task word_problem --input gsm8k-responses.parquet --gold-column answer --response-column output --skip-bad"
        );
        examples.Add(
            pull,
            """
            The only command that uses the network, and only the hub's. HF_ENDPOINT names another hub, HF_TOKEN an access token.
            A file appears under its name only after its hash was checked. A stopped download continues where it stopped.
            """,
            $"{name} pull Qwen/Qwen2.5-0.5B",
            $"{name} pull datasets/openai/gsm8k --include 'main/*.parquet' --output data/gsm8k",
            $"{name} pull allenai/OLMo-2-0425-1B@main --dry-run"
        );
        examples.Add(
            init,
            "An installed program brings the recipes with it. Files that you changed are never overwritten.",
            $"{name} init lab"
        );
        examples.Add(doctor, "The exit code is 0 unless something that a run needs is missing.", $"{name} doctor", $"{name} doctor --json");
        return root;
    }
}
