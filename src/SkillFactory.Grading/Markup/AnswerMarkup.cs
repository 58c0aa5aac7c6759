using System.Text.RegularExpressions;

namespace SkillFactory.Grading.Markup;

/// <summary>Removes what models write around an answer: boxes, delimiters of mathematics and code, and emphasis. All graders use
/// it.</summary>
public static partial class AnswerMarkup
{
    /// <summary>Characters that unwrapping may look at. Deeper wrappers of longer text remain.</summary>
    private const long MaxWork = 20_000_000;

    private static readonly (string Open, string Close)[] Delimiters =
    [
        ("```", "```"),
        ("`", "`"),
        ("$$", "$$"),
        ("$", "$"),
        (@"\(", @"\)"),
        (@"\[", @"\]"),
        ("**", "**"),
        ("*", "*"),
    ];

    /// <summary>The answer inside its last \boxed{…} and inside $…$, \(…\), `…`, **…** and the like around it, trimmed. Full-width
    /// characters are rewritten in ASCII.</summary>
    public static string Unwrap(string answer)
    {
        var text = Trimmed(Ascii(answer));
        for (var work = MaxWork; (work -= text.Length) > 0; )
        {
            var inner = Boxed.Answer(text) ?? Undelimited(text);
            if (inner is null)
            {
                break;
            }

            text = Trimmed(inner);
        }

        return text;
    }

    /// <summary>The answer in the last box of a response; null without one.</summary>
    public static string? InBox(string response) => Boxed.Answer(response) is null ? null : Unwrap(response);

    /// <summary><see cref="Unwrap"/> for answers in words: also removes \text{…} and emphasis.</summary>
    public static string UnwrapWords(string answer) => Trimmed(WithoutEmphasis(WithoutTextCommands(Unwrap(answer))));

    /// <summary>Removes *emphasis* and **strong emphasis** around words. The asterisks of products and powers remain.</summary>
    internal static string WithoutEmphasis(string text) => EmphasisPattern().Replace(text, "$2");

    /// <summary>Removes **strong emphasis** only, where single asterisks are products.</summary>
    internal static string WithoutStrongEmphasis(string text) => StrongEmphasisPattern().Replace(text, "$1");

    /// <summary>Replaces \text{…} and its relatives by their content.</summary>
    internal static string WithoutTextCommands(string text) =>
        text.Contains('\\', StringComparison.Ordinal) ? TextPattern().Replace(text, "$1") : text;

    /// <summary>Replaces full-width characters by the ASCII characters they stand for.</summary>
    internal static string Ascii(string text) =>
        text.AsSpan().ContainsAnyInRange('\uFF01', '\uFF5E') ? string.Create(text.Length, text, (plain, source) =>
            {
                for (var i = 0; i < plain.Length; i++)
                {
                    plain[i] = source[i] is >= '\uFF01' and <= '\uFF5E' ? (char)(source[i] - 0xFEE0) : source[i];
                }
            }) : text;

    /// <summary>The text between delimiters that enclose all of it; null when there are none. "$a$ and $b$" is not enclosed.</summary>
    private static string? Undelimited(string text)
    {
        var sentence = text is [.., not '.', '.'] ? text[..^1].TrimEnd() : text;
        foreach (var (open, close) in Delimiters)
        {
            if (
                sentence.Length > open.Length + close.Length
                && sentence.StartsWith(open, StringComparison.Ordinal)
                && sentence.EndsWith(close, StringComparison.Ordinal)
                && sentence[open.Length..^close.Length] is var inner
                && !inner.Replace("\\" + close, "", StringComparison.Ordinal).Contains(close, StringComparison.Ordinal)
                && inner[^1] != '\\'
            )
            {
                return open == "```" ? LanguagePattern().Replace(inner, "") : inner;
            }
        }

        return null;
    }

    /// <summary>Removes white space and invisible characters at both ends.</summary>
    private static string Trimmed(string text)
    {
        var (start, end) = (0, text.Length);
        while (start < end && IsBlank(text[start]))
        {
            start++;
        }

        while (end > start && IsBlank(text[end - 1]))
        {
            end--;
        }

        return text[start..end];
    }

    private static bool IsBlank(char c) => char.IsWhiteSpace(c) || c is '\u200B' or '\u200C' or '\u200D' or '\u2060' or '\uFEFF';

    [GeneratedRegex(@"(?<![\p{L}\p{N}*])(\*{1,3})(?=[^\s*])([^*\n]+)(?<=[^\s*])\1(?![\p{L}\p{N}*])")]
    private static partial Regex EmphasisPattern();

    [GeneratedRegex(@"(?<![\p{L}\p{N}*])\*\*(?=[^\s*])([^*\n]+)(?<=[^\s*])\*\*(?![\p{L}\p{N}*])")]
    private static partial Regex StrongEmphasisPattern();

    [GeneratedRegex(@"\\(?:text|textbf|textit|textrm|mathrm|mathbf|mbox)\s*\{([^{}]*)\}")]
    private static partial Regex TextPattern();

    [GeneratedRegex(@"^[A-Za-z]+[ \t]*\r?\n")]
    private static partial Regex LanguagePattern();
}
