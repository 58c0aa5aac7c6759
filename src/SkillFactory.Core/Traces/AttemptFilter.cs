using System.Buffers;
using SkillFactory.Core.Prompts;
using SkillFactory.Core.Recipes;
using SkillFactory.Grading;

namespace SkillFactory.Core.Traces;

/// <summary>
/// Selects the attempts and reflections that may enter a trace (paper section 3): attempts graded correct or wrong that have at least one
/// reflection whose verdict agrees with the grade. The released script lacks two of the rules. Truncated attempts and attempts without text
/// or without an answer are dropped. Text that contains tags of the trace format is also dropped, because it would break the nesting that
/// the model has to learn; formats without nesting are exempt. The tags of a block that the prompt opened do not count (<see
/// cref="TraceAttempt.Content"/>). Attempts are sorted by id, so the order of the input does not matter.
/// </summary>
internal sealed class AttemptFilter(TraceSettings settings)
{
    private static readonly SearchValues<string> NotInAttempts = TagsOf(Tags.Think, Tags.Sample, Tags.Reflect, Tags.Verdict);
    private static readonly SearchValues<string> NotInReflections = TagsOf(Tags.Think, Tags.Sample, Tags.Reflect, Tags.Answer);

    private readonly HashSet<string> _variants = new(settings.Variants, StringComparer.Ordinal);
    private readonly SearchValues<string>? _droppedWords =
        settings.DropReflectionsWith.Count == 0
            ? null
            : SearchValues.Create([.. settings.DropReflectionsWith], StringComparison.OrdinalIgnoreCase);

    private readonly bool _needsReflections = TraceFormats.Parse(settings.Format).Any(f => f.NeedsReflections);

    private readonly bool _takesTags = TraceFormats.Parse(settings.Format).All(f => f.TakesTags);

    private readonly bool _ranked = settings.Selection == RecipeValues.Ranked;

    public (AttemptPool Pool, TraceYield Yield) Apply(QuestionAttempts question)
    {
        var tally = new AttemptTally();
        var usable = new List<UsableAttempt>();
        var candidates = question
            .Attempts.OrderBy(a => a.Id, StringComparer.Ordinal)
            .Where(a => tally.Count(a.Outcome) && IsOfVariant(a, tally))
            .ToList();
        foreach (var attempt in candidates)
        {
            var correct = attempt.Outcome == Outcome.Correct;
            if (AnswerHint.IsHinted(attempt.Variant) && AnswerHint.IsMentionedIn(attempt.Response.ToString()))
            {
                tally.LeakingHint += ClassCount.One(correct);
            }
            else if (AnswerOf(attempt) is not { } answer)
            {
                tally.WithoutAnswer += ClassCount.One(correct);
            }
            else if (!_takesTags && attempt.Content.AsSpan().ContainsAny(NotInAttempts))
            {
                tally.WithTags += ClassCount.One(correct);
            }
            else if (!_needsReflections)
            {
                usable.Add(new UsableAttempt(attempt, correct, [], answer));
            }
            else if (Kept(attempt, correct, tally) is { Count: > 0 } kept)
            {
                usable.Add(new UsableAttempt(attempt, correct, kept, answer));
            }
            else
            {
                tally.WithoutReflection += ClassCount.One(correct);
            }
        }

        if (_ranked)
        {
            usable = AttemptRanking.Rank(usable, candidates);
        }

        if (NearDuplicates.FormOf(settings.Duplicates) is { } form)
        {
            var distinct = NearDuplicates.Drop(usable, form);
            foreach (var dropped in usable.Except(distinct))
            {
                tally.Duplicate += ClassCount.One(dropped.Correct);
            }

            usable = distinct;
        }

        var pool = new AttemptPool(usable, _ranked, settings.DistinctVariants);
        return (pool, tally.ToYield(pool));
    }

    /// <summary>A reflection without the reflect tags around it, if it has them.</summary>
    public static string Unwrap(string reflection)
    {
        var text = reflection.Trim();
        var open = Tags.Open(Tags.Reflect);
        var close = Tags.Close(Tags.Reflect);
        text = text.StartsWith(open, StringComparison.Ordinal) ? text[open.Length..] : text;
        return (text.EndsWith(close, StringComparison.Ordinal) ? text[..^close.Length] : text).Trim();
    }

    private static SearchValues<string> TagsOf(params IEnumerable<string> tags) =>
        SearchValues.Create([.. tags.SelectMany(t => new[] { Tags.Open(t), Tags.Close(t) })], StringComparison.Ordinal);

    private bool IsOfVariant(TraceAttempt attempt, AttemptTally tally)
    {
        if (_variants.Count == 0 || _variants.Contains(attempt.Variant))
        {
            return true;
        }

        tally.OtherVariant += ClassCount.One(attempt.Outcome == Outcome.Correct);
        return false;
    }

    /// <summary>The answer that a trace can restate. For tasks whose answers are not in an answer span (boxed, "####"), this is the answer
    /// that the grader extracted. Such an attempt can be used only if the answer is restated, because the answer would not be found
    /// otherwise. An attempt without text shows no answer, whatever its data set says.</summary>
    private string? AnswerOf(TraceAttempt attempt) =>
        string.IsNullOrWhiteSpace(attempt.Content)
            ? null
            : Tags.LastAnswer(attempt.Response) ?? (settings.FinalAnswer == RecipeValues.Restated ? attempt.Extracted : null);

    private List<TraceReflection> Kept(TraceAttempt attempt, bool correct, AttemptTally tally)
    {
        var kept = new List<TraceReflection>(attempt.Reflections.Count);
        foreach (var reflection in attempt.Reflections)
        {
            if (IsKept(reflection, correct, tally))
            {
                kept.Add(reflection);
            }
        }

        return kept;
    }

    private bool IsKept(TraceReflection reflection, bool correct, AttemptTally tally)
    {
        var one = ClassCount.One(correct);
        tally.Reflections += one;
        if (reflection.IsTruncated)
        {
            tally.ReflectionsTruncated += one;
        }
        else if (reflection.Verdict is not { } verdict || string.IsNullOrWhiteSpace(reflection.Text))
        {
            tally.ReflectionsWithoutVerdict += one;
        }
        else if (Unwrap(reflection.Text).AsSpan().ContainsAny(NotInReflections))
        {
            tally.ReflectionsWithTags += one;
        }
        else if (_droppedWords is not null && reflection.Text.AsSpan().ContainsAny(_droppedWords))
        {
            tally.ReflectionsWithDroppedWords += one;
        }
        else
        {
            var agrees = verdict == correct;
            tally.ReflectionsMismatched += agrees ? default : one;
            var keep = agrees || !settings.VerdictFilter;
            tally.ReflectionsKept += keep ? one : default;
            return keep;
        }

        return false;
    }
}
