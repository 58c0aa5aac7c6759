using System.Buffers;
using SkillFactory.Core.Prompts;
using SkillFactory.Core.Recipes;
using SkillFactory.Grading;

namespace SkillFactory.Core.Traces;

/// <summary>
/// Which attempts and reflections may enter a trace (paper section 3): graded right or wrong, and judged rightly by at least one
/// reflection. Two rules are ours: an attempt cut off or without an answer never enters (the released script does not look), nor
/// does text holding the trace's own tags, which would break the nesting that the model is to learn (but for formats that nest nothing). Sorted by id, so that the order
/// in which results came in plays no part.
/// </summary>
internal sealed class AttemptFilter(TraceSettings settings)
{
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
            else if (!_takesTags && attempt.Response.HasTagsAsAttempt)
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

    /// <summary>A reflection without the reflect tags it may come wrapped in.</summary>
    public static string Unwrap(string reflection)
    {
        var text = reflection.Trim();
        var open = Tags.Open(Tags.Reflect);
        var close = Tags.Close(Tags.Reflect);
        text = text.StartsWith(open, StringComparison.Ordinal) ? text[open.Length..] : text;
        return (text.EndsWith(close, StringComparison.Ordinal) ? text[..^close.Length] : text).Trim();
    }

    private bool IsOfVariant(TraceAttempt attempt, AttemptTally tally)
    {
        if (_variants.Count == 0 || _variants.Contains(attempt.Variant))
        {
            return true;
        }

        tally.OtherVariant += ClassCount.One(attempt.Outcome == Outcome.Correct);
        return false;
    }

    /// <summary>The answer that a trace may repeat. Tasks whose answers stand elsewhere than in an answer span (boxed, "####") have the one
    /// that the grader read; it can be restated, but as a last attempt it would not be found.</summary>
    private string? AnswerOf(TraceAttempt attempt) =>
        attempt.Response.LastAnswer(likely: attempt.Extracted)
        ?? (settings.FinalAnswer == RecipeValues.Restated ? attempt.Extracted : null);

    private IReadOnlyList<TraceReflection> Kept(TraceAttempt attempt, bool correct, AttemptTally tally)
    {
        var reflections = attempt.Reflections;
        var (kept, count) = (ArrayPool<TraceReflection>.Shared.Rent(reflections.Count), 0);
        for (var i = 0; i < reflections.Count; i++)
        {
            if (Judge(reflections[i], correct, tally))
            {
                kept[count++] = reflections[i];
            }
        }

        var result = count == reflections.Count ? reflections : kept.AsSpan(0, count).ToArray();
        ArrayPool<TraceReflection>.Shared.Return(kept, clearArray: true);
        return result;
    }

    private bool Judge(TraceReflection reflection, bool correct, AttemptTally tally)
    {
        var one = ClassCount.One(correct);
        tally.Reflections += one;
        if (reflection.IsTruncated)
        {
            tally.ReflectionsTruncated += one;
        }
        else if (reflection.Verdict is not { } verdict)
        {
            tally.ReflectionsWithoutVerdict += one;
        }
        else if (reflection.Text.HasTagsAsReflection)
        {
            tally.ReflectionsWithTags += one;
        }
        else if (_droppedWords is not null && reflection.Text.ContainsAny(_droppedWords))
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
