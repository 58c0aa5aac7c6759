using System.CommandLine;
using SkillFactory.Cli.Inputs;
using SkillFactory.Cli.Terminal;
using SkillFactory.Core.Tasks;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Cli.Grading;

/// <summary><c>grade</c>: grades the responses in a file with the grader of a task.</summary>
internal sealed class GradeCommand(CliContext context)
{
    public static Command Create(CliContext context, SharedOptions shared)
    {
        var defaults = new GradeSettings { Task = "", Input = "" };
        var task = new Option<string>("--task")
        {
            Description = $"The task: {string.Join(", ", TaskRegistry.Names)}.",
            HelpName = "TASK",
            Required = true,
        };
        var input = new Option<string>("--input", "-i")
        {
            Description = "Data file with one row per response: JSONL, a JSON list, CSV (also .gz), or Parquet; - for the standard input.",
            HelpName = "FILE",
            Required = true,
        };
        var output = new Option<string?>("--output", "-o")
        {
            Description = "File for the grades: Parquet if its name ends in .parquet, else JSONL. Default: only print the summary.",
            HelpName = "FILE",
        }.ForOutputFile();
        var skip = new Option<bool>("--skip-bad")
        {
            Description = "Skip, count and list rows that cannot be used. Default: they are an error.",
        };
        var question = Column("--question-column", defaults.QuestionColumn, "Column of the question's text (optional).");
        var gold = Column("--gold-column", defaults.GoldColumn, "Column of the gold answer.");
        var response = Column("--response-column", defaults.ResponseColumn, "Column of the response.");
        var truncated = new Option<string?>("--truncated-column")
        {
            Description =
                "Column that tells whether the response was truncated: true/false, 1/0, or a finish reason (length/stop). "
                + "Default: truncated, finish_reason or stop_reason, if present.",
            HelpName = "NAME",
        };
        var id = Column("--id-column", defaults.IdColumn, "Column of the row's id (optional).");
        var command = new Command("grade", "Grades responses from a file: outcome, extracted answer and reason.")
        {
            task,
            input,
            output,
            skip,
            question,
            gold,
            response,
            truncated,
            id,
            shared.Json,
        };
        command.SetAction(
            (parsed, cancellationToken) =>
                new GradeCommand(context).RunAsync(
                    new GradeSettings
                    {
                        Task = parsed.GetRequiredValue(task),
                        Input = parsed.GetRequiredValue(input),
                        Output = parsed.GetValue(output),
                        SkipBad = parsed.GetValue(skip),
                        Json = parsed.GetValue(shared.Json),
                        QuestionColumn = parsed.GetRequiredValue(question),
                        GoldColumn = parsed.GetRequiredValue(gold),
                        ResponseColumn = parsed.GetRequiredValue(response),
                        TruncatedColumn = parsed.GetValue(truncated),
                        IdColumn = parsed.GetRequiredValue(id),
                    },
                    cancellationToken
                )
        );
        return command;
    }

    internal async Task<int> RunAsync(GradeSettings settings, CancellationToken cancellationToken)
    {
        var task = TaskRegistry.Get(settings.Task);
        if (settings.Output is { } file && Path.GetFullPath(file) == Path.GetFullPath(settings.Input))
        {
            throw new UserErrorException($"--output: {file} is the input; expected another file");
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, context.Signals.Requested);
        using var progress = new RowProgress(context);
        using var skipped = new SkippedRows(settings.SkipBad);
        var summary = new GradeSummary();
        GradeInput? input = null;
        try
        {
            input = await GradeInput.OpenAsync(settings.Input, context.StandardInput, stop.Token);
            var reader = new ResponseRows(task, settings, input, skipped);
            var graded = summary.CountAsync(GradedRows.OfAsync(task, reader.ReadAsync(progress, stop.Token), stop.Token));
            if (settings.Output is { } output)
            {
                await GradedRowFile.WriteAsync(output, graded, stop.Token);
                await skipped.WriteListAsync($"{output}.skipped-rows.txt", stop.Token);
            }
            else
            {
                await graded.LastOrDefaultAsync(stop.Token);
            }

            progress.Clear();
            skipped.Write(context.Error);
        }
        catch (OperationCanceledException) when (context.Signals.Requested.IsCancellationRequested)
        {
            progress.Clear();
            context.Out.WriteLine(settings.Output is null ? "Stopped." : $"Stopped; {settings.Output} was not written.");
            return ExitCodes.Interrupted;
        }
        catch (UserErrorException e) when (input is not null)
        {
            throw new UserErrorException(input.Named(e.Message), e);
        }
        finally
        {
            input?.Dispose();
        }

        if (settings.Json)
        {
            JsonOutput.Write(context.Out, summary.Facts(settings, skipped.Count));
        }
        else
        {
            summary.Write(settings, context.Out);
        }

        return ExitCodes.Ok;
    }

    private static Option<string> Column(string name, string defaultValue, string description) =>
        new(name)
        {
            Description = description,
            HelpName = "NAME",
            DefaultValueFactory = _ => defaultValue,
        };
}
