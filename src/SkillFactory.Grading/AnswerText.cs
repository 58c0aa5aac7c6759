using System.Text;
using System.Text.RegularExpressions;

namespace SkillFactory.Grading;

/// <summary>Brings the text of an answer span into the plain notation the graders read: one notation for the operators that models write
/// in Unicode, LaTeX or Markdown, and steps one by one.</summary>
public static partial class AnswerText
{
    /// <summary>Longest answer span that is read. Longer text is not an answer.</summary>
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

    private static readonly (string Open, string Close)[] Wrappings =
    [
        ("```", "```"),
        ("`", "`"),
        ("$$", "$$"),
        ("$", "$"),
        (@"\(", @"\)"),
        (@"\[", @"\]"),
    ];

    /// <summary>
    /// The steps of an answer: the span is unwrapped ($…$, backticks), operators become + - * / =, "Step 2:" labels, line ends,
    /// semicolons and commas followed by a space separate, thousands separators go. Lines that together hold at most one "=", at the
    /// end, are one expression broken over lines and are joined. Empty when nothing is left, null when the text is longer than
    /// <see cref="MaxLength"/>.
    /// </summary>
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

    /// <summary>One notation for operators: Unicode and LaTeX become + - * / = ( ), thousands separators go.</summary>
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
        foreach (var (open, close) in Wrappings)
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
