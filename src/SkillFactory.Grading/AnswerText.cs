using System.Text;
using System.Text.RegularExpressions;
using SkillFactory.Grading.Markup;

namespace SkillFactory.Grading;

/// <summary>Normalises the text of an answer span for the graders of arithmetic: it rewrites the operators that models write in Unicode,
/// LaTeX or Markdown in ASCII, and splits the answer into steps.</summary>
public static partial class AnswerText
{
    /// <summary>Longest answer that is read, in characters, without what surrounds it.</summary>
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

    /// <summary>Splits an answer span into its steps.</summary>
    /// <remarks>Removes boxes, delimiters, strong emphasis and digit separators, and rewrites operators as + - * / =. Steps are separated
    /// by "Step 2:" labels, line ends, semicolons, and commas followed by a space. Lines that hold no "=", or only one in the last line,
    /// are a single expression broken over lines and are joined.</remarks>
    /// <returns>The steps; empty when the span has no content.</returns>
    /// <exception cref="LimitExceededException">The answer is longer than <see cref="MaxLength"/>.</exception>
    public static IReadOnlyList<string> Steps(string span)
    {
        var answer = AnswerMarkup.Unwrap(Opened(span));
        if (answer.Length > MaxLength)
        {
            throw new LimitExceededException($"more than {MaxLength} characters");
        }

        var text = PlainOperators(AnswerMarkup.WithoutTextCommands(AnswerMarkup.WithoutStrongEmphasis(answer)));
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
                .Select(step => AnswerMarkup.Unwrap(step.Trim(' ', '\t').TrimEnd('.', ' ', '\t')))
                .Where(step => step.Length > 0),
        ];
    }

    /// <summary>Rewrites Unicode and LaTeX operators as + - * / = ( ), fractions with slashes, and grouped digits without
    /// separators.</summary>
    internal static string PlainOperators(string text)
    {
        text = DigitGroups.Join(AnswerMarkup.Ascii(text));
        if (text.Contains('\\'))
        {
            text = LatexFractions.WithSlashes(text);
            foreach (var (from, to) in Latex)
            {
                text = text.Replace(from, to, StringComparison.Ordinal);
            }
        }

        return PlainCharacters(text);
    }

    /// <summary>Opens the boxes of an answer that is a calculation around them: 8*6-4 = \boxed{44}. After prose the last box is the
    /// answer.</summary>
    private static string Opened(string span) =>
        Boxed.Around(span) is var (before, after) && ProsePattern().IsMatch(StepLabelPattern().Replace($"{before} {after}", ""))
            ? span
            : Boxed.Opened(span) ?? span;

    private static bool IsOneExpression(string body) =>
        !SeparatorPattern().IsMatch(body) && (!body.Contains('=') || body.IndexOf('=') > body.LastIndexOf('\n'));

    private static string PlainCharacters(string text)
    {
        var plain = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            plain.Append(
                c switch
                {
                    '×' or '∗' or '⋅' or '·' or '∙' or '✕' or '✖' or 'x' or 'X' => '*',
                    '÷' or '∕' or '⁄' => '/',
                    '−' or '–' or '—' or '‐' or '‑' => '-',
                    '\r' => '\n',
                    _ => c != '\n' && char.IsWhiteSpace(c) ? ' ' : c,
                }
            );
        }

        return plain.ToString();
    }

    [GeneratedRegex(@"\bstep\s{0,4}[0-9]{1,3}\s{0,4}[:.)]", RegexOptions.IgnoreCase)]
    private static partial Regex StepLabelPattern();

    /// <summary>A word outside LaTeX commands.</summary>
    [GeneratedRegex(@"(?<![\\A-Za-z])[A-Za-z]{2,}")]
    private static partial Regex ProsePattern();

    [GeneratedRegex(@";|, ")]
    private static partial Regex SeparatorPattern();

    [GeneratedRegex(@"[;\n]|, ")]
    private static partial Regex SplitPattern();
}
