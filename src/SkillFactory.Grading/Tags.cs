using System.Text.RegularExpressions;

namespace SkillFactory.Grading;

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
    public static string? LastAnswer(string text) => LastSpan(text, "<answer>", "</answer>") is { } span ? text[span] : null;

    /// <summary>The verdict of a reflection: its last verdict span, case and space ignored. Null when there is none or it is
    /// neither of the two words. (The released script takes the first span; a reflection that changes its mind should count as it
    /// ended.)</summary>
    public static bool? LastVerdict(string text) => LastSpan(text, "<verdict>", "</verdict>") is { } span ? ParseVerdict(text[span]) : null;

    public static bool? ParseVerdict(string content) =>
        content.Trim().ToUpperInvariant() switch
        {
            "CORRECT" => true,
            "INCORRECT" => false,
            _ => null,
        };

    [GeneratedRegex(@"<answer>((?:(?!</?answer>).)*)</answer>", RegexOptions.Singleline)]
    private static partial Regex AnswerPattern();

    /// <summary>The last pair of an opening tag and the closing tag that follows it with none of the two between. Searched from the end:
    /// responses are long, and the last pair is almost always the last thing in them.</summary>
    private static Range? LastSpan(ReadOnlySpan<char> text, ReadOnlySpan<char> open, ReadOnlySpan<char> close)
    {
        for (var end = text.LastIndexOf(close); end >= 0; )
        {
            var start = text[..end].LastIndexOf(open);
            if (start < 0)
            {
                return null;
            }

            start += open.Length;
            var between = text[start..end].LastIndexOf(close);
            if (between < 0)
            {
                return start..end;
            }

            end = start + between;
        }

        return null;
    }
}
