using SkillFactory.Core.Sampling;
using SkillFactory.Core.Tasks;
using SkillFactory.Grading;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Core.Prompts;

/// <summary>
/// Prompt variants that reveal the answer, such as "original_hinted" (paper E.4, OpenThoughts; the wording is ours). Only attempts are
/// sampled with them; reflections and training use the plain prompt. An attempt that mentions the hint would make no sense there and is
/// excluded.
/// </summary>
public static class AnswerHint
{
    private const string Suffix = "_hinted";
    private const string Word = "hint";

    /// <summary>The name of a variant's hinted form.</summary>
    public static string Hinted(string variant) => variant + Suffix;

    public static bool IsHinted(string variant) => variant.EndsWith(Suffix, StringComparison.Ordinal);

    /// <summary>The name of a variant without the hint.</summary>
    public static string WithoutHint(string variant) => IsHinted(variant) ? variant[..^Suffix.Length] : variant;

    /// <summary>Whether the attempt was given a hint and mentions it.</summary>
    public static bool LeaksIn(Rollout attempt) => IsHinted(attempt.Variant) && IsMentionedIn(attempt.Response);

    /// <summary>Whether a response contains the word "hint", case ignored (paper E.4).</summary>
    public static bool IsMentionedIn(string response) => response.Contains(Word, StringComparison.OrdinalIgnoreCase);

    /// <summary>The text between the question and the rest of the prompt.</summary>
    /// <exception cref="UserErrorException">The task cannot give an answer.</exception>
    internal static string Text(Question question, string wording)
    {
        var task =
            TaskRegistry.Get(question.Task) as IAnswerProvider
            ?? throw new UserErrorException($"question {question.Id}: the task {question.Task} cannot give an answer for a hint");
        var answer = task.AnswerTo(question);
        return wording == Recipes.RecipeValues.Compact
            ? $"Hint:{answer}\n"
            : $"\n\n# Hint\nA right answer is {Tags.Open(Tags.Answer)}{answer}{Tags.Close(Tags.Answer)}. "
                + "It is told to you alone: find your own way to it, and write as somebody who was not told "
                + "and does not know that there is a hint.";
    }
}
