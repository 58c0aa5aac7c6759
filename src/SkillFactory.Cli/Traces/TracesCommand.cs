using System.CommandLine;
using SkillFactory.Data.Rollouts;
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
            Description = "Only this stage: sample, reflect, traces, grpo, evaluate, best_of_n.",
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
            "Shows responses of a run. Colours: think dim, sample blue, reflect yellow, answer green, verdict bold."
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
                    cancellationToken
                )
        );
        return new Command("traces", "Shows the responses of a run, and builds datasets of traces.")
        {
            show,
            BuildTracesCommand.Create(context),
        };
    }

    internal async Task<int> ShowAsync(string workspace, string id, TraceFilter filter, int limit, CancellationToken cancellationToken)
    {
        var folder = RunFolder.Find(workspace, id);
        var known = new HashSet<(long, string, string)>();
        var shown = 0;
        await foreach (var row in RunFolder.ReadAsync(folder, cancellationToken))
        {
            known.Add((row.Seed, row.Arm, row.Stage));
            if (!filter.Matches(row))
            {
                continue;
            }

            Show(row);
            if (++shown == limit)
            {
                context.Out.WriteLine($"(the first {limit}; --limit N shows more)");
                return ExitCodes.Ok;
            }
        }

        if (shown == 0)
        {
            throw filter.UnknownName(known) ?? new UserErrorException($"no response in {folder} matches");
        }

        return ExitCodes.Ok;
    }

    private void Show(RolloutRow row)
    {
        var rollout = row.Rollout;
        var location = string.Join(
            ' ',
            ((string[])[$"{row.Seed}/{row.Arm}/{row.Stage}", row.Checkpoint, $"{rollout.Task}/{rollout.Level}"]).Where(p => p.Length > 0)
        );
        var outcome = rollout.Reason.Length > 0 ? $"{rollout.Outcome}: {rollout.Reason}" : rollout.Outcome.ToString();
        context.Out.WriteLine(Bold($"── {rollout.Id}  {location}  {rollout.TokenCount} tokens  {outcome}"));
        if (row.Prompt is { Length: > 0 })
        {
            context.Out.WriteLine(row.Prompt);
        }

        context.Out.WriteLine(context.Terminal.Colour ? TraceColours.Paint(rollout.Response) : rollout.Response);
        context.Out.WriteLine();
    }

    private string Bold(string text) => context.Terminal.Colour ? $"\e[1m{text}\e[0m" : text;
}
