using System.Text.RegularExpressions;

namespace SkillFactory.Core.Grading;

/// <summary>The tags of the method and the spans they mark. Tags are plain text to everything but the tokenizer.</summary>
public static partial class Tags
{
    public const string Think = "think";
    public const string Sample = "sample";
    public const string Reflect = "reflect";
    public const string Answer = "answer";
    public const string Verdict = "verdict";

    public static IReadOnlyList<string> All { get; } = [Think, Sample, Reflect, Answer, Verdict];

    public static string Open(string tag) => $"<{tag}>";

    public static string Close(string tag) => $"</{tag}>";

    /// <summary>Contents of the answer spans in order; a span may run over lines, and an inner opening tag restarts it
    /// (the innermost span counts).</summary>
    public static IReadOnlyList<string> AnswerSpans(string text) => [.. AnswerPattern().Matches(text).Select(m => m.Groups[1].Value)];

    /// <summary>Contents of the last answer span, or null.</summary>
    public static string? LastAnswer(string text)
    {
        var matches = AnswerPattern().Matches(text);
        return matches.Count == 0 ? null : matches[^1].Groups[1].Value;
    }

    /// <summary>The verdict of a critique: its last verdict span, case and space ignored. Null when there is none or it is
    /// neither of the two words. (The released script takes the first span; a critique that changes its mind should count as it
    /// ended.)</summary>
    public static bool? LastVerdict(string text)
    {
        var matches = VerdictPattern().Matches(text);
        return matches.Count == 0 ? null : ParseVerdict(matches[^1].Groups[1].Value);
    }

    public static bool? ParseVerdict(string content) => content.Trim().ToUpperInvariant() switch
    {
        "CORRECT" => true,
        "INCORRECT" => false,
        _ => null,
    };

    [GeneratedRegex(@"<answer>((?:(?!</?answer>).)*)</answer>", RegexOptions.Singleline)]
    private static partial Regex AnswerPattern();

    [GeneratedRegex(@"<verdict>((?:(?!</?verdict>).)*)</verdict>", RegexOptions.Singleline)]
    private static partial Regex VerdictPattern();
}
