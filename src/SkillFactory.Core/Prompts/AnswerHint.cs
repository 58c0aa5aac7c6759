using SkillFactory.Core.Sampling;
using SkillFactory.Core.Tasks;
using SkillFactory.Grading;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Core.Prompts;

/// <summary>
/// Prompt variants in which the answer is given away (paper E.4, OpenThoughts; the wording is ours): "original_hinted" and so on. Only
/// attempts are asked for so; reflections are not, and traces are trained under the plain prompt. An attempt that speaks of the hint would not
/// make sense there and is left out.
/// </summary>
public static class AnswerHint
{
    private const string Suffix = "_hinted";
    private const string Word = "hint";

    /// <summary>The hinted form of a variant.</summary>
    public static string Hinted(string variant) => variant + Suffix;

    public static bool IsHinted(string variant) => variant.EndsWith(Suffix, StringComparison.Ordinal);

    /// <summary>The variant without its hint.</summary>
    public static string Plain(string variant) => IsHinted(variant) ? variant[..^Suffix.Length] : variant;

    /// <summary>Whether an attempt was given a hint and says so: it has the word "hint" in it, case ignored (paper E.4).</summary>
    public static bool LeaksIn(Rollout attempt) => LeaksIn(attempt.Variant, attempt.Response);

    /// <inheritdoc cref="LeaksIn(Rollout)"/>
    public static bool LeaksIn(string variant, string response) =>
        IsHinted(variant) && response.Contains(Word, StringComparison.OrdinalIgnoreCase);

    /// <summary>What stands between a question and the rest of the prompt.</summary>
    /// <exception cref="UserErrorException">The task cannot tell the answer.</exception>
    internal static string Text(Question question, string wording)
    {
        var task =
            TaskRegistry.Get(question.Task) as IAnswerProvider
            ?? throw new UserErrorException($"question {question.Id}: the task {question.Task} cannot name an answer to give as a hint");
        var answer = task.AnswerTo(question);
        return wording == Recipes.RecipeValues.Compact
            ? $"Hint:{answer}\n"
            : $"\n\n# Hint\nA right answer is {Tags.Open(Tags.Answer)}{answer}{Tags.Close(Tags.Answer)}. It is told to you alone: find your own way to it, and write as somebody who was not told and does not know that there is a hint.";
    }
}
