using System.CommandLine;
using System.CommandLine.Help;
using SkillFactory.Cli.Comparing;
using SkillFactory.Cli.Diagnosis;
using SkillFactory.Cli.Errors;
using SkillFactory.Cli.Experiments;
using SkillFactory.Cli.Grading;
using SkillFactory.Cli.Help;
using SkillFactory.Cli.Pretraining;
using SkillFactory.Cli.Reports;
using SkillFactory.Cli.Running;
using SkillFactory.Cli.Terminal;
using SkillFactory.Cli.Traces;
using SkillFactory.Hosting.Embedded;

namespace SkillFactory.Cli;

/// <summary>The program: its commands, and what becomes of errors.</summary>
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

            // Signals are ours: the first one pauses, and pausing takes as long as the unit in flight.
            ProcessTerminationTimeout = null,
        };
        if (parsed.Errors.Count > 0)
        {
            context.Error.WriteLine($"error: {ParseErrors.Describe(parsed)}");
            context.Error.WriteLine($"Type {Usage(parsed, context)} for what it takes.");
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

    private static string Usage(ParseResult parsed, CliContext context) =>
        Invocation.Join(
            context.Invocation,
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
        var grade = GradeCommand.Create(context);
        var doctor = DoctorCommand.Create(context, shared);
        var root = new RootCommand("SkillFactory: teaches a language model to check its own work, and measures what was gained.")
        {
            run,
            evaluate,
            pretrain,
            experiments,
            report,
            compare,
            traces,
            grade,
            doctor,
            shared.Verbose,
        };

        var help = root.Options.OfType<HelpOption>().Single();
        var examples = new HelpWithExamples((HelpAction)help.Action!);
        help.Action = examples;
        var name = context.Invocation;
        examples.Add(
            root,
            "Exit codes: 0 done, 1 failed, 2 bad input or nothing that can be done here, 130 stopped by Ctrl-C.",
            $"{name} run recipes/quickstart.yaml",
            $"{name} doctor"
        );
        examples.Add(
            run,
            """
            The experiment's id comes from the recipe's name and content: the same command finds the same experiment again.
            Ctrl-C stops at the next unit boundary and says how to go on; a second Ctrl-C stops at once. Nothing finished is lost.
            """,
            $"{name} run recipes/quickstart.yaml",
            $"{name} run recipes/quickstart.yaml --resume",
            $"{name} run recipes/quickstart.yaml --set grpo.steps=20 --set seeds=[1,2,3]",
            $"{name} run recipes/quickstart.yaml --device cuda:0 --workspace /data/runs",
            $"{name} run recipes/quickstart.yaml --dry-run"
        );
        examples.Add(
            evaluate,
            "The model is the only arm and is called base. Set it against the models of other experiments with 'compare'.",
            $"{name} evaluate models/my-base --recipe recipes/quickstart.yaml",
            $"{name} evaluate runs/quickstart-1a2b3c4d/checkpoints/1/skillfactory/grpo --recipe recipes/quickstart.yaml --set evaluation.samples=16"
        );
        examples.Add(pretrain, "", $"{name} pretrain recipes/tiny-base.yaml --output models/my-base");
        examples.Add(experiments, "", $"{name} experiments list", $"{name} experiments show quickstart-1a2b3c4d");
        examples.Add(report, "", $"{name} report quickstart-1a2b3c4d");
        examples.Add(
            compare,
            """
            Every experiment is set against the first. Differences are paired by question, where the run folders hold the responses.
            docs/compare.md says what is compared and how.
            """,
            $"{name} compare quickstart-1a2b3c4d quickstart-5e6f7a8b",
            $"{name} compare runs/a@rl-only runs/b@rl-only-long --output comparison.html"
        );
        examples.Add(traces, "", $"{name} traces show quickstart-1a2b3c4d --arm skillfactory --stage evaluate --outcome wrong --limit 3");
        examples.Add(
            traces.Subcommands.Single(c => c.Name == "build"),
            """
            Works offline, without a model. docs/interchange.md names the columns that are read and written, docs/trace-formats.md the formats.
            """,
            $"{name} traces build --input raw.parquet --format '*C_full' --attempts 5 --repeats 1 --seed 7 --output traces",
            $"{name} traces build --input raw/ --write sharegpt-parquet,verl --drop-reflections-with idea,fast --skip-bad --output traces",
            $"{name} traces build --input runs/quickstart-1a2b3c4d --where seed=1 --format algorithm_1 --output traces"
        );
        examples.Add(
            grade,
            """
            Works offline, without a model. A row holds the gold answer and the response, and as far as it has them the question, an id and
            whether the response was cut off. docs/tasks.md says how each task writes its gold answers.
            """,
            $"{name} grade --task countdown --input rollouts.jsonl --output graded.jsonl",
            $"{name} grade --task word_problem --input gsm8k-responses.parquet --gold-column answer --response-column output --skip-bad"
        );
        examples.Add(doctor, "Exit code 0 unless something a run needs is broken.", $"{name} doctor", $"{name} doctor --json");
        return root;
    }
}
