using SkillFactory.Core.Grading;
using SkillFactory.Core.Sampling;

namespace SkillFactory.Core.Traces;

/// <summary>
/// Which attempts and critiques may enter a trace (paper section 3): graded right or wrong, and judged rightly by at least one
/// critique. Two rules are ours: an attempt cut off or without an answer span never enters (the released script does not look), nor
/// does text holding the trace's own tags, which would break the nesting that the model is to learn. Sorted by id, so that the order
/// in which results came in plays no part.
/// </summary>
internal static class AttemptFilter
{
    private static readonly string[] NotInAttempts = [.. Both(Tags.Think), .. Both(Tags.Sample), .. Both(Tags.Reflect), .. Both(Tags.Verdict)];
    private static readonly string[] NotInReflections = [.. Both(Tags.Think), .. Both(Tags.Sample), .. Both(Tags.Reflect), .. Both(Tags.Answer)];

    public static (AttemptPool Pool, TraceYield Yield) Apply(QuestionAttempts question)
    {
        var tally = new Tally();
        var usable = new List<UsableAttempt>();
        foreach (var (attempt, reflections) in question.Attempts.OrderBy(a => a.Attempt.Id, StringComparer.Ordinal))
        {
            tally.Attempts[(int)attempt.Outcome]++;
            if (attempt.Outcome is not (Outcome.Correct or Outcome.Wrong))
            {
                continue;
            }

            if (Tags.LastAnswer(attempt.Response) is null)
            {
                tally.Attempts[(int)attempt.Outcome]--;
                tally.Attempts[(int)Outcome.Unparseable]++;
                continue;
            }

            if (NotInAttempts.Any(t => attempt.Response.Contains(t, StringComparison.Ordinal)))
            {
                tally.AttemptsWithTags++;
                continue;
            }

            var correct = attempt.Outcome == Outcome.Correct;
            var kept = reflections.OrderBy(r => r.Id, StringComparer.Ordinal).Where(r => tally.Judge(r, correct)).ToList();
            if (kept.Count > 0)
            {
                usable.Add(new UsableAttempt(attempt, correct, kept));
            }
        }

        var pool = new AttemptPool(usable);
        return (pool, tally.ToYield(pool));
    }

    /// <summary>A critique without the reflect tags it may come wrapped in.</summary>
    public static string Unwrap(string critique)
    {
        var text = critique.Trim();
        var open = Tags.Open(Tags.Reflect);
        var close = Tags.Close(Tags.Reflect);
        text = text.StartsWith(open, StringComparison.Ordinal) ? text[open.Length..] : text;
        return (text.EndsWith(close, StringComparison.Ordinal) ? text[..^close.Length] : text).Trim();
    }

    private static string[] Both(string tag) => [Tags.Open(tag), Tags.Close(tag)];

    private sealed class Tally
    {
        private long _reflections, _withoutVerdict, _truncated, _withTags;
        private (long Correct, long Wrong) _kept, _mismatched;

        public long[] Attempts { get; } = new long[Enum.GetValues<Outcome>().Length];

        public long AttemptsWithTags { get; set; }

        public bool Judge(Rollout reflection, bool correct)
        {
            _reflections++;
            if (reflection.Outcome == Outcome.Truncated)
            {
                _truncated++;
            }
            else if (reflection.Verdict is not { } verdict)
            {
                _withoutVerdict++;
            }
            else if (NotInReflections.Any(t => Unwrap(reflection.Response).Contains(t, StringComparison.Ordinal)))
            {
                _withTags++;
            }
            else if (verdict != correct)
            {
                _mismatched = correct ? (_mismatched.Correct + 1, _mismatched.Wrong) : (_mismatched.Correct, _mismatched.Wrong + 1);
            }
            else
            {
                _kept = correct ? (_kept.Correct + 1, _kept.Wrong) : (_kept.Correct, _kept.Wrong + 1);
                return true;
            }

            return false;
        }

        public TraceYield ToYield(AttemptPool pool) => new()
        {
            Questions = 1,
            AttemptsCorrect = Attempts[(int)Outcome.Correct],
            AttemptsWrong = Attempts[(int)Outcome.Wrong],
            AttemptsUnparseable = Attempts[(int)Outcome.Unparseable],
            AttemptsTruncated = Attempts[(int)Outcome.Truncated],
            AttemptsUnscored = Attempts[(int)Outcome.Unscored],
            AttemptsWithTraceTags = AttemptsWithTags,
            Reflections = _reflections,
            ReflectionsKeptOfCorrect = _kept.Correct,
            ReflectionsKeptOfWrong = _kept.Wrong,
            ReflectionsMismatchedOfCorrect = _mismatched.Correct,
            ReflectionsMismatchedOfWrong = _mismatched.Wrong,
            ReflectionsWithoutVerdict = _withoutVerdict,
            ReflectionsTruncated = _truncated,
            ReflectionsWithTraceTags = _withTags,
            AttemptsKeptCorrect = pool.Correct.Count,
            AttemptsKeptWrong = pool.Wrong.Count,
            QuestionsUsable = pool.Correct.Count > 0 ? 1 : 0,
        };
    }
}
