using SkillFactory.Core.Recipes;
using SkillFactory.Grading;

namespace SkillFactory.Core.Traces;

/// <summary>
/// Finds near-duplicate attempts of a question. There are two definitions. <c>same_text</c>: the responses are equal if case and runs of
/// white space are ignored. <c>same_answer</c>: the answers, in the grader's canonical form if there is one, are equal after normalization
/// (one notation for operators, steps joined, no spaces, case ignored, no trailing "= value" after an expression). If all correct answers
/// of a question are the same (products, words), <c>same_answer</c> keeps one correct attempt.
/// </summary>
internal static class NearDuplicates
{
    /// <summary>The form in which duplicates are equal; null if duplicates are kept.</summary>
    public static Func<UsableAttempt, string>? FormOf(string duplicates) =>
        duplicates switch
        {
            RecipeValues.SameText => a => Text(a.Attempt.Response),
            RecipeValues.SameAnswer => a => Answer(a.Attempt, a.Answer),
            _ => null,
        };

    /// <summary>Keeps one of several equal attempts: the best ranked, or the first by id if there are no ranks. Preserves the
    /// order.</summary>
    public static List<UsableAttempt> Drop(IReadOnlyList<UsableAttempt> attempts, Func<UsableAttempt, string> form)
    {
        var kept = attempts.GroupBy(a => (a.Correct, form(a))).Select(same => same.MinBy(a => a.Rank?.Place ?? 0)!).ToHashSet();
        return [.. attempts.Where(kept.Contains)];
    }

    private static string Text(string response) =>
        string.Join(' ', response.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).ToUpperInvariant();

    /// <param name="answer">The answer as it is written in the attempt.</param>
    public static string Answer(TraceAttempt attempt, string answer)
    {
        var read = attempt.Canonical ?? answer;
        var steps = AnswerText.Steps(read);
        var text = (steps is null ? read : string.Join(';', steps)).Replace(" ", "", StringComparison.Ordinal).ToUpperInvariant();
        var equals = text.LastIndexOf('=');
        return equals > 0 && IsExpression(text.AsSpan(0, equals)) ? text[..equals] : text;
    }

    private static bool IsExpression(ReadOnlySpan<char> text) =>
        !text.ContainsAny(";=") && text.ContainsAnyInRange('0', '9') && text.ContainsAny("+-*/");
}
