using System.Text;
using System.Text.RegularExpressions;

namespace SkillFactory.Grading;

/// <summary>Normalises the text of an answer span for the graders: it rewrites the operators that models write in Unicode, LaTeX or
/// Markdown in ASCII, and splits the answer into steps.</summary>
public static partial class AnswerText
{
    /// <summary>Longest answer span that is read, in characters.</summary>
    public const int MaxLength = 4096;

    private static readonly (string From, string To)[] Latex =
    [
        (@"\times", "*"),
        (@"\cdot", "*"),
        (@"\ast", "*"),
        (@"\div", "/"),
        (@"\left", ""),
        (@"\right", ""),
        (@"\,", " "),
        (@"\;", " "),
        (@"\:", " "),
        (@"\!", ""),
        (@"\ ", " "),
        (@"\quad", " "),
        (@"\\", "\n"),
    ];

    private static readonly (string Open, string Close)[] Delimiters =
    [
        ("```", "```"),
        ("`", "`"),
        ("$$", "$$"),
        ("$", "$"),
        (@"\(", @"\)"),
        (@"\[", @"\]"),
    ];

    /// <summary>Splits an answer span into its steps.</summary>
    /// <remarks>Removes delimiters ($…$, backticks) and thousands separators, and rewrites operators as + - * / =. Steps are separated by
    /// "Step 2:" labels, line ends, semicolons, and commas followed by a space. Lines that hold no "=", or only one in the last line, are a
    /// single expression broken over lines and are joined.</remarks>
    /// <returns>The steps; empty when the span has no content, null when it is longer than <see cref="MaxLength"/>.</returns>
    public static IReadOnlyList<string>? Steps(string span)
    {
        if (span.Length > MaxLength)
        {
            return null;
        }

        var text = PlainOperators(Unwrap(span.Trim()));
        text = StepLabelPattern().Replace(text, ";");
        var body = text.Trim(' ', '\n', ';');
        if (IsOneExpression(body))
        {
            body = body.Replace('\n', ' ');
        }

        return
        [
            .. SplitPattern()
                .Split(body)
                .Select(step => Unwrap(step.Trim(' ', '\t').TrimEnd('.', ' ', '\t')))
                .Where(step => step.Length > 0),
        ];
    }

    /// <summary>Rewrites Unicode and LaTeX operators as + - * / = ( ) and removes thousands separators.</summary>
    internal static string PlainOperators(string text)
    {
        if (text.Contains('\\'))
        {
            text = FractionPattern().Replace(text, "(($1)/($2))");
            foreach (var (from, to) in Latex)
            {
                text = text.Replace(from, to, StringComparison.Ordinal);
            }
        }

        return ThousandsPattern().Replace(PlainCharacters(text), m => m.Value.Replace(",", "", StringComparison.Ordinal));
    }

    private static bool IsOneExpression(string body) =>
        !SeparatorPattern().IsMatch(body) && (!body.Contains('=') || body.IndexOf('=') > body.LastIndexOf('\n'));

    private static string Unwrap(string text)
    {
        foreach (var (open, close) in Delimiters)
        {
            if (
                text.Length >= open.Length + close.Length
                && text.StartsWith(open, StringComparison.Ordinal)
                && text.EndsWith(close, StringComparison.Ordinal)
            )
            {
                return text[open.Length..^close.Length].Trim();
            }
        }

        return text;
    }

    private static string PlainCharacters(string text)
    {
        var plain = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            plain.Append(
                c switch
                {
                    '×' or '∗' or '⋅' or '·' or '∙' or '✕' or '✖' or '＊' or 'x' or 'X' => '*',
                    '÷' or '∕' or '⁄' or '／' => '/',
                    '−' or '–' or '—' or '‐' or '‑' or '－' => '-',
                    '＋' => '+',
                    '＝' => '=',
                    '（' => '(',
                    '）' => ')',
                    '\r' => '\n',
                    _ => c != '\n' && char.IsWhiteSpace(c) ? ' ' : c,
                }
            );
        }

        return plain.ToString();
    }

    [GeneratedRegex(@"\\[dt]?frac\s?\{([^{}]*)\}\s?\{([^{}]*)\}")]
    private static partial Regex FractionPattern();

    [GeneratedRegex(@"(?<![\d,])[0-9]{1,3}(?:,[0-9]{3})+(?![\d,])")]
    private static partial Regex ThousandsPattern();

    [GeneratedRegex(@"\bstep\s{0,4}[0-9]{1,3}\s{0,4}[:.)]", RegexOptions.IgnoreCase)]
    private static partial Regex StepLabelPattern();

    [GeneratedRegex(@";|, ")]
    private static partial Regex SeparatorPattern();

    [GeneratedRegex(@"[;\n]|, ")]
    private static partial Regex SplitPattern();
}
