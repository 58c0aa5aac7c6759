using System.CommandLine;
using SkillFactory.Cli.Inputs;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.Tasks;
using SkillFactory.Data.TraceDatasets;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Cli.Traces;

/// <summary><c>traces build</c>: builds a dataset of traces from files of attempts and reflections.</summary>
internal sealed class BuildTracesCommand(CliContext context)
{
    private const string SkippedRowsList = "skipped-rows.txt";

    public static Command Create(CliContext context)
    {
        var names = new AttemptColumns();
        var input = new Option<string>("--input", "-i")
        {
            Description =
                "File of rows (JSONL, a JSON list, CSV, also .gz, or Parquet), or a folder of such files: the raw schema of the paper's "
                + "datasets, or rollouts.",
            HelpName = "PATH",
            Required = true,
        };
        var output = new Option<string>("--output", "-o")
        {
            Description = "Folder for the dataset.",
            HelpName = "DIR",
            Required = true,
        };
        var overwrite = new Option<bool>("--overwrite")
        {
            Description = "Write into a folder that is not empty and replace files of the same names.",
        };
        var write = Text(
            "--write",
            "NAMES",
            $"File formats to write, separated by commas: {string.Join(", ", DatasetFormats.All)}.",
            DatasetFormats.ShareGpt
        );
        var name = Optional(
            "--name",
            "NAME",
            "Name of the dataset in its card, LLaMA-Factory's dataset_info.json and verl's data_source. Default: the folder's name."
        );
        var seed = new Option<long>("--seed")
        {
            Description = "Seed of every random draw.",
            HelpName = "N",
            DefaultValueFactory = _ => 1,
        };
        var skip = new Option<bool>("--skip-bad")
        {
            Description = "Skip, count and list rows that cannot be used. Default: they are an error.",
        };
        var split = Optional(
            "--split",
            "NAME",
            $"Split to read, if files name splits. Default: {InputFiles.DefaultSplit}. Other splits must not hold the same questions."
        );
        var heldOut = new Option<string[]>("--held-out")
        {
            Description = "File or folder whose questions must not occur in the input. May be repeated.",
            HelpName = "PATH",
            DefaultValueFactory = _ => [],
        };
        var where = new Option<string[]>("--where")
        {
            Description = "Only use rows with this value in this column. May be repeated.",
            HelpName = "COLUMN=VALUE",
            DefaultValueFactory = _ => [],
        };
        var task = Optional(
            "--task",
            "TASK",
            $"Check gold answers with this task, and rank with its step check: {string.Join(", ", TaskRegistry.Names)}."
        );
        var question = Text("--question-column", "NAME", "Column of the question's text.", names.Question);
        var gold = Text("--gold-column", "NAME", "Column of the gold answer (optional).", names.Gold);
        var variant = Optional(
            "--variant-column",
            "NAME",
            "Column of the prompt variant. Default: prompt_variant or prompt_type, if present."
        );
        var response = Optional("--response-column", "NAME", "Column of the response. Default: the names in the released datasets.");
        var correct = Optional(
            "--correct-column",
            "NAME",
            "Column of the correctness label. Default: the response column + __eval_is_correct."
        );
        var extracted = Optional(
            "--extracted-column",
            "NAME",
            "Column of the extracted answer. Default: the response column + __eval_extracted_answers, if present."
        );
        var reflections = Optional(
            "--reflections-column",
            "NAME",
            "Column of the list of reflections. Default: the names in the released datasets."
        );
        var traces = new TraceOptions();
        var command = new Command("build", "Builds a dataset of traces from attempts and reflections in files, without a model.")
        {
            input,
            output,
            write,
            name,
            seed,
            overwrite,
            skip,
        };
        foreach (
            var option in (IEnumerable<Option>)
                [.. traces.All, split, where, heldOut, task, question, gold, variant, response, correct, extracted, reflections]
        )
        {
            command.Add(option);
        }

        command.SetAction(
            (parsed, cancellationToken) =>
                new BuildTracesCommand(context).RunAsync(
                    new TraceDatasetSettings
                    {
                        Input = parsed.GetRequiredValue(input),
                        Split = parsed.GetValue(split),
                        Where = [.. parsed.GetRequiredValue(where).Select(Condition)],
                        HeldOut = parsed.GetRequiredValue(heldOut),
                        Columns = new AttemptColumns
                        {
                            Question = parsed.GetRequiredValue(question),
                            Gold = parsed.GetRequiredValue(gold),
                            Variant = parsed.GetValue(variant),
                            Response = parsed.GetValue(response),
                            Correct = parsed.GetValue(correct),
                            Extracted = parsed.GetValue(extracted),
                            Reflections = parsed.GetValue(reflections),
                        },
                        Task = parsed.GetValue(task),
                        SkipBad = parsed.GetValue(skip),
                        Traces = traces.Read(parsed),
                        Seed = parsed.GetValue(seed),
                        Output = parsed.GetRequiredValue(output),
                        Name = parsed.GetValue(name)
                            ?? Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(parsed.GetRequiredValue(output)))),
                        Formats = TraceOptions.Items(parsed.GetRequiredValue(write)),
                    },
                    parsed.GetValue(overwrite),
                    cancellationToken
                )
        );
        return command;
    }

    internal async Task<int> RunAsync(TraceDatasetSettings settings, bool overwrite, CancellationToken cancellationToken)
    {
        Check(settings, overwrite);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, context.Signals.Requested);
        using var progress = new RowProgress(context);
        using var skipped = new SkippedRows(settings.SkipBad);
        DatasetCounts counts;
        try
        {
            var dataset = new TraceDataset(settings, skipped.Add, p =>
                progress.Report(p.Count, p.Share, p.Doing == "reading" ? "rows" : "questions", p.Doing)
            );
            counts = await dataset.BuildAsync(stop.Token);
            await skipped.WriteListAsync(Path.Combine(settings.Output, SkippedRowsList), stop.Token);
        }
        catch (OperationCanceledException) when (context.Signals.Requested.IsCancellationRequested)
        {
            progress.Clear();
            context.Out.WriteLine($"Stopped; {settings.Output} was not written.");
            return ExitCodes.Interrupted;
        }

        progress.Clear();
        skipped.Write(context.Error);
        Summarize(settings, counts);
        return ExitCodes.Ok;
    }

    private void Summarize(TraceDatasetSettings settings, DatasetCounts counts)
    {
        var y = counts.Yield;
        string[] lines =
        [
            $"{counts.Rows:#,0} rows, {y.Questions:#,0} questions; {y.QuestionsUsable:#,0} with a usable correct attempt"
                + (counts.Repeated > 0 ? $"; {counts.Repeated:#,0} rows repeat another and were skipped" : ""),
            $"attempts kept: {y.AttemptsKept.Correct:#,0} of {y.Attempts.Correct:#,0} correct, "
                + $"{y.AttemptsKept.Wrong:#,0} of {y.Attempts.Wrong:#,0} wrong",
            $"reflections kept: {y.ReflectionsKept.Total:#,0} of {y.Reflections.Total:#,0}",
            $"{y.Traces:#,0} traces"
                + (y.TracesShort > 0 ? $"; {y.TracesShort:#,0} more were not built because a question had too few attempts" : ""),
        ];
        foreach (var line in lines)
        {
            context.Out.WriteLine(line);
        }

        context.Out.WriteLine($"Dataset: {settings.Output}");
    }

    private static void Check(TraceDatasetSettings settings, bool overwrite)
    {
        foreach (var (i, format) in settings.Formats.Index())
        {
            if (!DatasetFormats.All.Contains(format))
            {
                throw new UserErrorException($"--write: '{format}' is not a file format{NearestName.Hint(format, DatasetFormats.All)}");
            }

            if (settings.Formats.Take(i).Contains(format))
            {
                throw new UserErrorException($"--write: '{format}' is given twice");
            }
        }

        if (settings.Formats.Count == 0)
        {
            throw new UserErrorException($"--write: found nothing; expected some of {string.Join(", ", DatasetFormats.All)}");
        }

        if (settings.Traces.Loss == RecipeValues.MaskWrong && !settings.Formats.Contains(DatasetFormats.Traces))
        {
            throw new UserErrorException(
                $"--loss: '{RecipeValues.MaskWrong}' has no effect: "
                    + $"only the file format '{DatasetFormats.Traces}' marks the tokens with loss (--write {DatasetFormats.Traces})"
            );
        }

        if (settings.Task is { } task)
        {
            TaskRegistry.Get(task);
        }

        if (File.Exists(settings.Output))
        {
            throw new UserErrorException($"{settings.Output}: this is a file; expected a folder for the dataset");
        }

        if (!overwrite && Directory.Exists(settings.Output) && Directory.EnumerateFileSystemEntries(settings.Output).Any())
        {
            throw new UserErrorException($"{settings.Output}: the folder is not empty (--overwrite replaces files of the same names)");
        }
    }

    private static (string Column, string Value) Condition(string given) =>
        given.IndexOf('=', StringComparison.Ordinal) is > 0 and var at
            ? (given[..at], given[(at + 1)..])
            : throw new UserErrorException($"--where: found '{given}'; expected COLUMN=VALUE");

    private static Option<string> Text(string name, string helpName, string description, string defaultValue) =>
        new(name)
        {
            Description = description,
            HelpName = helpName,
            DefaultValueFactory = _ => defaultValue,
        };

    private static Option<string?> Optional(string name, string helpName, string description) =>
        new(name) { Description = description, HelpName = helpName };
}
