namespace SkillFactory.Core.Traces;

/// <summary>Says why attempts and reflections gave no trace.</summary>
public static class NoTraces
{
    /// <summary>The filter that took the last of what a trace needs, then the counts of every filter, one a line.</summary>
    /// <param name="yield">Counts without a trace.</param>
    public static string Describe(TraceYield yield) =>
        string.Join(Environment.NewLine, Counts(yield).Select(line => $"  {line}").Prepend($"no trace was built: {Cause(yield)}"));

    private static string Cause(TraceYield y)
    {
        if (y.Attempts.Total == 0)
        {
            return y.Questions == 0 ? "there is no attempt" : "no attempt is graded correct or wrong";
        }

        if (y.Attempts.Correct == 0)
        {
            return "no attempt is correct, and every trace needs one";
        }

        if (y.AttemptsKept.Correct > 0)
        {
            return "every question has too few attempts left for a trace of this format and length";
        }

        var attempts = LastOf(
            ("they are of prompt variants that are not used (variants)", y.AttemptsOfOtherVariants),
            ("they mention the hint", y.AttemptsLeakingHint),
            ("they have no text, or no answer that can be restated", y.AttemptsWithoutAnswer),
            ("they contain tags of the trace format", y.AttemptsWithTraceTags),
            ("they have no usable reflection", y.AttemptsWithoutReflection),
            ("they are duplicates (duplicates)", y.AttemptsDuplicate)
        );
        var cause = $"no correct attempt is left; of the last {Number(attempts.Count.Correct)}, {attempts.Name}";
        if (attempts.Count != y.AttemptsWithoutReflection)
        {
            return cause;
        }

        if (y.Reflections.Correct == 0)
        {
            return $"{cause}: there is no reflection on a correct attempt";
        }

        var reflections = LastOf(
            ("were truncated", y.ReflectionsTruncated),
            ("have no text or no verdict", y.ReflectionsWithoutVerdict),
            ("contain tags of the trace format", y.ReflectionsWithTraceTags),
            ("contain a dropped word (dropReflectionsWith)", y.ReflectionsWithDroppedWords),
            ("have the wrong verdict (verdictFilter)", y.ReflectionsMismatched)
        );
        return $"{cause}: the last {Number(reflections.Count.Correct)} reflections on correct attempts {reflections.Name}";
    }

    /// <summary>The last filter that dropped something of correct attempts.</summary>
    private static (string Name, ClassCount Count) LastOf(params (string Name, ClassCount Count)[] filters) =>
        filters.LastOrDefault(f => f.Count.Correct > 0, filters[^1]);

    private static IEnumerable<string> Counts(TraceYield y)
    {
        yield return $"questions: {Number(y.Questions)}";
        yield return $"attempts: {Number(y.Attempts.Correct)} correct, {Number(y.Attempts.Wrong)} wrong, "
            + $"{Number(y.AttemptsUnparseable)} unparseable, {Number(y.AttemptsTruncated)} truncated, "
            + $"{Number(y.AttemptsUnscored)} unscored";
        foreach (var (name, count) in y.Filters().Where(f => f.Count.Total > 0 || f.Name == "attempts_kept"))
        {
            yield return $"{name.Replace('_', ' ')}: {Number(count.Correct)} of correct attempts, {Number(count.Wrong)} of wrong ones";
        }

        if (y.TracesShort > 0)
        {
            yield return $"traces that had too few attempts: {Number(y.TracesShort)}";
        }
    }

    private static string Number(long count) => FormattableString.Invariant($"{count:#,0}");
}
