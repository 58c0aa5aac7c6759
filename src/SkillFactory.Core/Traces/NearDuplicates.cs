using SkillFactory.Core.Recipes;
using SkillFactory.Grading;

namespace SkillFactory.Core.Traces;

/// <summary>
/// Attempts of a question that say the same. Two definitions: <c>same_text</c>, the responses are equal when case and runs of white space
/// are ignored; <c>same_answer</c>, their answers are equal in the notation graders read (one notation for operators, steps joined, no
/// spaces, case ignored, a trailing "= value" after an expression left off), or in the canonical form of the task's own where the grader
/// left one. Where every right answer is the same (products, words), <c>same_answer</c> leaves one correct attempt.
/// </summary>
internal static class NearDuplicates
{
    /// <summary>What must be equal; null when duplicates are kept.</summary>
    public static Func<UsableAttempt, string>? FormOf(string duplicates) =>
        duplicates switch
        {
            RecipeValues.SameText => a => Text(a.Attempt.Response),
            RecipeValues.SameAnswer => a => Answer(a.Attempt, a.Answer),
            _ => null,
        };

    /// <summary>Of those that are equal the best ranked stays, the first by id where there are no ranks. Order is kept.</summary>
    public static List<UsableAttempt> Drop(IReadOnlyList<UsableAttempt> attempts, Func<UsableAttempt, string> form)
    {
        var kept = attempts.GroupBy(a => (a.Correct, form(a))).Select(same => same.MinBy(a => a.Rank?.Place ?? 0)!).ToHashSet();
        return [.. attempts.Where(kept.Contains)];
    }

    private static string Text(string response) =>
        string.Join(' ', response.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).ToUpperInvariant();

    /// <param name="answer">The answer as it stands in the attempt.</param>
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
