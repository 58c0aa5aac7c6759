using System.Buffers.Binary;
using System.Globalization;
using SkillFactory.Core.Prompts;
using SkillFactory.Core.Randomness;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.Tasks;
using SkillFactory.Core.Traces;
using SkillFactory.Data.Conversations;
using SkillFactory.Grading;
using SkillFactory.Primitives.Errors;
using SkillFactory.Tables.Rows;

namespace SkillFactory.Data.TraceDatasets;

/// <summary>Builds the traces of one question from its rows. The result does not depend on the order or the place of the rows: an attempt
/// without an id gets one from its content. Thread-safe.</summary>
/// <param name="heldOut">Hashes of the questions that must not occur in the input.</param>
internal sealed class QuestionBuilder(TraceDatasetSettings settings, IReadOnlySet<UInt128> heldOut)
{
    private readonly TraceBuilder _traces = new(settings.Traces, KeyedRandom.Of(settings.Seed, StageNames.Traces));
    private readonly ITask? _task = settings.Task is { } task ? TaskRegistry.Get(task) : null;
    private readonly bool _needsGold = settings.Task is not null || settings.Formats.Contains(DatasetFormats.Verl);
    private readonly bool _writesTraces = settings.Formats.Contains(DatasetFormats.Traces);
    private readonly bool _ranked = settings.Traces.Selection == RecipeValues.Ranked;

    public BuiltQuestion Build(UInt128 hash, IReadOnlyList<SourceRow> rows)
    {
        var problems = new List<RowProblem>();
        var repeated = 0L;
        try
        {
            return Build(hash, rows, problems, ref repeated);
        }
        catch (BadRowException e)
        {
            // The whole question is skipped.
            return new BuiltQuestion([], [], [], null, new TraceYield(), [.. problems, e.Problem], repeated)
            {
                IsHeldOut = heldOut.Contains(hash),
            };
        }
    }

    private BuiltQuestion Build(UInt128 hash, IReadOnlyList<SourceRow> rows, List<RowProblem> problems, ref long repeated)
    {
        var first = rows[0];
        if (heldOut.Contains(hash))
        {
            throw Bad(
                first,
                settings.Columns.Question,
                TableRow.Quoted(first.Question),
                "a question that is not in the held-out files too"
            );
        }

        var raw = first.Id is null;
        var id = raw ? QuestionHash.ToId(hash) : first.Question;
        var attempts = raw ? [.. Named(id, rows)] : Rollouts(rows, problems, ref repeated);
        var user = raw ? first.Question : PromptOf(attempts, first);
        var gold = GoldOf(rows);
        var question = _task is null ? null : QuestionOf(rows, id, user, gold);
        var steps = _ranked ? _task as IStepChecker : null;
        var (made, yield) = _traces.Build(
            new QuestionAttempts(
                id,
                null,
                user,
                [
                    .. attempts.Select(a =>
                        steps is null ? a.Attempt : a.Attempt with { StepsRight = steps.CheckSteps(question!, a.Attempt.Response).Share }
                    ),
                ]
            )
        );

        var drawn = made.SelectMany(t => t.Attempts).ToHashSet(StringComparer.Ordinal);
        var byId = attempts.Where(a => drawn.Contains(a.Attempt.Id)).ToDictionary(a => a.Attempt.Id, StringComparer.Ordinal);
        return new BuiltQuestion(
            [.. made.Select(t => ConversationOf(t, byId))],
            _writesTraces ? made : [],
            [.. drawn.Order(StringComparer.Ordinal).Select(a => SourceOf(id, byId[a]))],
            RlPrompt.Of(settings.Name, settings.Split ?? InputFiles.DefaultSplit, first.Task ?? settings.Task, id, user, gold),
            yield,
            problems,
            repeated
        );
    }

    private static Conversation ConversationOf(SilverTrace trace, Dictionary<string, SourcedAttempt> attempts)
    {
        var conversation = Conversation.Of(trace);
        List<SourcedAttempt> used = [.. trace.Attempts.Select(a => attempts[a])];
        return conversation with
        {
            Lineage = conversation.Lineage! with
            {
                Variants = [.. used.Select(a => a.Attempt.Variant)],
                Model = used[0].Row.Model,
                WeightsVersion = used[0].Row.WeightsVersion,
            },
        };
    }

    private static AttemptSource SourceOf(string question, SourcedAttempt attempt) =>
        new(
            attempt.Attempt.Id,
            question,
            attempt.Row.Place,
            attempt.Row.Variant,
            attempt.Attempt.Outcome == Outcome.Correct,
            attempt.Row.Extracted,
            attempt.Row.Model,
            attempt.Row.WeightsVersion
        );

    /// <summary>Gives attempts of the raw schema ids derived from their content. A number distinguishes equal rows.</summary>
    private static IEnumerable<SourcedAttempt> Named(string question, IReadOnlyList<SourceRow> rows)
    {
        var copies = new Dictionary<ulong, int>(rows.Count);
        var digest = new byte[sizeof(ulong)];
        foreach (var row in rows)
        {
            var copy = copies[row.Digest] = copies.GetValueOrDefault(row.Digest) + 1;
            BinaryPrimitives.WriteUInt64BigEndian(digest, row.Digest);
            var id = $"{question}/{row.Variant}#{Convert.ToHexStringLower(digest.AsSpan(^SourceRowReader.DigestBytes..))}";
            id = copy == 1 ? id : string.Create(CultureInfo.InvariantCulture, $"{id}.{copy}");
            yield return new SourcedAttempt(row, AttemptOf(row, id, ReflectionsOf(row, id)));
        }
    }

    private static List<SourcedAttempt> Rollouts(IReadOnlyList<SourceRow> rows, List<RowProblem> problems, ref long repeated)
    {
        var first = new Dictionary<string, SourceRow>(StringComparer.Ordinal);
        foreach (var row in rows)
        {
            if (first.TryAdd(row.Id!, row))
            {
                continue;
            }

            if (first[row.Id!].Digest == row.Digest)
            {
                repeated++;
            }
            else
            {
                problems.Add(
                    Bad(
                        row,
                        "id",
                        TableRow.Quoted(row.Id!),
                        "an id that no other row has (--where keeps, for example, the rows of one seed)"
                    ).Problem
                );
            }
        }

        var reflections = first.Values.Where(r => r.Parent is not null).ToLookup(r => r.Parent!, StringComparer.Ordinal);
        var attempts = first.Values.Where(r => r.Parent is null).ToDictionary(r => r.Id!, StringComparer.Ordinal);
        problems.AddRange(
            reflections
                .Where(c => !attempts.ContainsKey(c.Key))
                .SelectMany(c => c)
                .Select(c => Bad(c, "parent", TableRow.Quoted(c.Parent!), "the id of an attempt of the same question").Problem)
        );
        return
        [
            .. attempts.Values.Select(row => new SourcedAttempt(
                row,
                AttemptOf(
                    row,
                    row.Id!,
                    [
                        .. reflections[row.Id!]
                            .OrderBy(r => r.Id, StringComparer.Ordinal)
                            .Select(r => TraceReflection.Of(r.Id!, r.Content, r.Outcome, r.Extracted)),
                    ]
                )
            )),
        ];
    }

    private static TraceAttempt AttemptOf(SourceRow row, string id, IReadOnlyList<TraceReflection> reflections) =>
        new()
        {
            Id = id,
            Variant = row.Variant,
            Outcome = row.Outcome,
            Response = row.Response,
            Content = row.Content,
            Extracted = row.Extracted,
            Canonical = row.Canonical,
            Reflections = reflections,
        };

    /// <summary>The reflections sorted by id. Ids end in the index of the reflection, and "10" sorts before "2".</summary>
    private static List<TraceReflection> ReflectionsOf(SourceRow row, string attempt) =>
        [.. row.Reflections.Select((text, i) => TraceReflection.Of(attempt, i, text)).OrderBy(r => r.Id, StringComparer.Ordinal)];

    /// <summary>Traces are trained with the original prompt. Rollouts of other variants have other prompts.</summary>
    private static string PromptOf(List<SourcedAttempt> attempts, SourceRow first) =>
        attempts.Where(a => a.Row.Variant == PromptVariant.Original).Select(a => a.Row.Prompt).FirstOrDefault(p => !string.IsNullOrEmpty(p))
        ?? throw Bad(
            first,
            "prompt",
            "no prompt in any attempt of the question with the variant 'original'",
            "the user message that its traces are trained under"
        );

    private string? GoldOf(IReadOnlyList<SourceRow> rows)
    {
        var given = rows.FirstOrDefault(r => r.Gold is not null);
        if (given is null)
        {
            return _needsGold
                ? throw Bad(rows[0], settings.Columns.Gold, "no gold answer", "the gold answer (--gold-column names another column)")
                : null;
        }

        return rows.FirstOrDefault(r => r.Gold is not null && r.Gold != given.Gold) is { } other
            ? throw Bad(
                other,
                settings.Columns.Gold,
                TableRow.Quoted(other.Gold!),
                $"{TableRow.Quoted(given.Gold!)}, the gold answer of the same question at {given.Place}"
            )
            : given.Gold;
    }

    private Question QuestionOf(IReadOnlyList<SourceRow> rows, string id, string user, string? gold)
    {
        try
        {
            return _task!.FromGold(id, rows[0].Level ?? "", gold!) with { Text = user };
        }
        catch (UserErrorException e)
        {
            throw Bad(rows[0], settings.Columns.Gold, TableRow.Quoted(gold!), $"a gold answer of the task {_task!.Name}: {e.Message}");
        }
    }

    private static BadRowException Bad(SourceRow row, string column, string found, string expected) =>
        new(new RowProblem(row.Place, column, found, expected));

    private readonly record struct SourcedAttempt(SourceRow Row, TraceAttempt Attempt);
}
