using System.CommandLine;
using SkillFactory.Cli.Terminal;
using SkillFactory.Grading;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Cli.Traces;

/// <summary><c>traces show EXPERIMENT</c>: shows responses of a run, coloured by their tags.</summary>
internal sealed class TracesCommand(CliContext context)
{
    private const int DefaultLimit = 5;

    public static Command Create(CliContext context, SharedOptions shared)
    {
        var id = new Argument<string>("EXPERIMENT") { Description = "Experiment id, a unique prefix of it, or the path of a run folder." };
        var seed = new Option<long?>("--seed") { Description = "Only this seed.", HelpName = "N" };
        var arm = new Option<string?>("--arm") { Description = "Only this arm.", HelpName = "ARM" };
        var stage = new Option<string?>("--stage")
        {
            Description =
                "Only this stage: sample, reflect, grpo, evaluate, best_of_n, force; traces (or given) for the silver traces "
                + "that the model was fine-tuned on.",
            HelpName = "STAGE",
        };
        var checkpoint = new Option<string?>("--checkpoint")
        {
            Description = "Only evaluations of this checkpoint: base, sft or grpo.",
            HelpName = "NAME",
        };
        var outcome = new Option<Outcome?>("--outcome")
        {
            Description = "Only this outcome: correct, wrong, unparseable, truncated, unscored.",
            HelpName = "OUTCOME",
            CustomParser = result =>
            {
                var word = result.Tokens[0].Value;
                if (Enum.TryParse<Outcome>(word, ignoreCase: true, out var parsed) && Enum.IsDefined(parsed) && !char.IsAsciiDigit(word[0]))
                {
                    return parsed;
                }

                string[] known = [.. Enum.GetNames<Outcome>().Select(n => n.ToLowerInvariant())];
                result.AddError($"'{word}' is not an outcome{NearestName.Hint(word, known)}");
                return null;
            },
        };
        var contains = new Option<string?>("--contains")
        {
            Description = "Only responses that contain this text (case is ignored).",
            HelpName = "TEXT",
        };
        var response = new Option<string?>("--id") { Description = "Only responses whose id is or starts with this.", HelpName = "ID" };
        var limit = new Option<int>("--limit")
        {
            Description = "Maximum number of responses to show.",
            HelpName = "N",
            DefaultValueFactory = _ => DefaultLimit,
            CustomParser = result =>
            {
                if (int.TryParse(result.Tokens[0].Value, out var parsed) && parsed >= 1)
                {
                    return parsed;
                }

                result.AddError($"--limit takes a whole number of at least 1; found '{result.Tokens[0].Value}'");
                return 0;
            },
        };

        var show = new Command(
            "show",
            "Shows responses or silver traces of a run, each with its question. "
                + "Colours: think dim, sample blue, reflect yellow, answer green, verdict bold."
        )
        {
            id,
            shared.Workspace,
            seed,
            arm,
            stage,
            checkpoint,
            outcome,
            contains,
            response,
            limit,
            shared.Json,
        };
        show.SetAction(
            (parsed, cancellationToken) =>
                new TracesCommand(context).ShowAsync(
                    parsed.GetRequiredValue(shared.Workspace),
                    parsed.GetRequiredValue(id),
                    new TraceFilter(
                        parsed.GetValue(seed),
                        parsed.GetValue(arm),
                        parsed.GetValue(stage),
                        parsed.GetValue(checkpoint),
                        parsed.GetValue(outcome),
                        parsed.GetValue(contains),
                        parsed.GetValue(response)
                    ),
                    parsed.GetValue(limit),
                    parsed.GetValue(shared.Json),
                    cancellationToken
                )
        );
        return new Command("traces", "Shows the responses of a run, and builds datasets of traces.")
        {
            show,
            BuildTracesCommand.Create(context),
        };
    }

    internal async Task<int> ShowAsync(
        string workspace,
        string id,
        TraceFilter filter,
        int limit,
        bool json,
        CancellationToken cancellationToken
    )
    {
        filter.RequireEffect();
        var folder = RunFolder.Find(workspace, id);
        var known = new HashSet<(long, string, string, string)>();
        var shown = new List<ShownResponse>();
        var (count, more) = (0, false);
        await foreach (
            var response in filter.IsOfTraces
                ? RunFolder.ReadTracesAsync(folder, cancellationToken)
                : RunFolder.ReadAsync(folder, cancellationToken)
        )
        {
            known.Add((response.Seed, response.Arm, response.Stage, response.Checkpoint));
            if (!filter.Matches(response))
            {
                continue;
            }

            if (count++ == limit)
            {
                more = true;
                break;
            }

            if (json)
            {
                shown.Add(response);
            }
            else
            {
                Show(response);
            }
        }

        if (count == 0)
        {
            throw filter.UnknownName(known) ?? new UserErrorException($"no response in {folder} matches");
        }

        if (json)
        {
            JsonOutput.Write(context.Out, new { Responses = shown, More = more });
        }
        else if (more)
        {
            context.Out.WriteLine($"(the first {limit}; --limit N shows more)");
        }

        return ExitCodes.Ok;
    }

    private void Show(ShownResponse response)
    {
        string[] parts =
        [
            response.Id,
            $" {response.Seed}/{response.Arm}/{response.Stage}",
            response.Checkpoint,
            response.Tokens is { } tokens ? $" {tokens} tokens" : "",
            response.Outcome is { } outcome ? $" {outcome}{(response.Reason is { Length: > 0 } reason ? $": {reason}" : "")}" : "",
        ];
        context.Out.WriteLine(Bold($"── {string.Join(' ', parts.Where(p => p.Length > 0))}"));
        if (response.Question is { Length: > 0 } question)
        {
            context.Out.WriteLine(question);
            context.Out.WriteLine();
        }

        context.Out.WriteLine(context.Terminal.Colour ? TraceColours.Paint(response.Response) : response.Response);
        context.Out.WriteLine();
    }

    private string Bold(string text) => context.Terminal.Colour ? $"\e[1m{text}\e[0m" : text;
}
