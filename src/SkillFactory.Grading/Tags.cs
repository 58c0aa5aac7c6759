using System.Text;

namespace SkillFactory.Grading;

/// <summary>The tags of the method and the spans they delimit. Only the tokenizer treats tags differently from other text.</summary>
public static class Tags
{
    public const string Think = "think";
    public const string Sample = "sample";
    public const string Reflect = "reflect";
    public const string Answer = "answer";
    public const string Verdict = "verdict";

    public static IReadOnlyList<string> All { get; } = [Think, Sample, Reflect, Answer, Verdict];

    /// <summary>The opening and the closing tag of each of <see cref="All"/>, in that order.</summary>
    public static IReadOnlyList<string> Markup { get; } = [.. All.SelectMany(t => (string[])[Open(t), Close(t)])];

    public static string Open(string tag) => $"<{tag}>";

    public static string Close(string tag) => $"</{tag}>";

    /// <summary>Content of the last answer span, or null. A span may cover several lines. Of nested spans only the innermost
    /// counts.</summary>
    public static string? LastAnswer(string text) => LastSpan(text, "<answer>", "</answer>") is { } span ? text[span] : null;

    /// <summary>The verdict of a reflection: true for Correct, false for Incorrect, null when the last verdict span is missing or holds
    /// neither word. Case and surrounding white space are ignored. The released script reads the first span instead; here the last one
    /// counts, so that a reflection can change its verdict.</summary>
    public static bool? LastVerdict(string text) => LastSpan(text, "<verdict>", "</verdict>") is { } span ? ParseVerdict(text[span]) : null;

    public static bool? ParseVerdict(string content) =>
        content.Trim().ToUpperInvariant() switch
        {
            "CORRECT" => true,
            "INCORRECT" => false,
            _ => null,
        };

    /// <summary>The range between the last matching pair of an opening and a closing tag. The search runs from the end, because responses
    /// are long and the last pair is almost always near the end.</summary>
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
