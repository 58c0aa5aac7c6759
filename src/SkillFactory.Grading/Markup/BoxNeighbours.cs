using System.Text.RegularExpressions;
using SkillFactory.Grading.Quantities;

namespace SkillFactory.Grading.Markup;

/// <summary>What stands beside a box. Prose beside it is not read; operators, powers, factors and scale words are a part of the
/// answer.</summary>
internal static partial class BoxNeighbours
{
    /// <summary>Characters beside a box that are looked at.</summary>
    private const int Reach = 80;

    /// <summary>How two boxes are joined to one answer: ",", "and", "or"; empty when they are not.</summary>
    public static string Joint(string between) =>
        between.Length <= Reach && JointPattern().Match(between) is { Success: true } joint
            ? joint.Groups["word"].Success
                ? joint.Groups["word"].Value.ToLowerInvariant()
                : joint.Groups["comma"].Value
            : "";

    /// <summary>The content of a box together with the calculation that it is a part of, or with the scale words after it.</summary>
    public static string WithWhatBelongsToIt(string before, string content, string after)
    {
        var left = before[Math.Max(0, before.Length - Reach)..];
        var right = after[..Math.Min(after.Length, Reach)];
        if (!BeforePattern().IsMatch(left) && !AfterPattern().IsMatch(right))
        {
            return content + ScaleAfter(right);
        }

        left = left.TrimEnd(' ', '\t', '$');
        right = right.TrimStart('$');
        var start = BeginPattern().Matches(left) is [.., var begin] ? begin.Index + begin.Length : 0;
        var end = EndPattern().Match(right) is { Success: true } stop ? stop.Index : right.Length;
        var part = NumberPattern().IsMatch(content) ? $" {content.Trim()} " : $"({content})";
        return left[start..] + part + right[..end];
    }

    private static string ScaleAfter(string text)
    {
        var words = "";
        var next = NextWordPattern().Match(text);
        for (
            ;
            next.Success && ScaleWords.FactorOf(next.Groups["word"].Value) is not null;
            next = NextWordPattern().Match(text, next.Index + next.Length)
        )
        {
            words += $" {next.Groups["word"].Value}";
        }

        return words.Length == 0 && PercentPattern().IsMatch(text) ? "%" : words;
    }

    [GeneratedRegex(
        @"^[\s$]*(?:(?<comma>[,;])[\s$]*)?(?:\\(?:text|mathrm)\{\s*|\\(?:quad|[,;: ])\s*)*(?:(?<word>and|or)\b)?[\s$}]*$",
        RegexOptions.IgnoreCase
    )]
    private static partial Regex JointPattern();

    /// <summary>A sign, an operator, a factor, a function, an open fraction or root, "not", or "3 or" before a box. A hyphen after a word
    /// or at the start of a line is a dash.</summary>
    [GeneratedRegex(
        """
            (?:
              (?<![-−]|[A-Za-z]{2})[-−+±]\$?
              | [\d)}=]\s*[-−+±]\s*\$?
              | [\d)}A-Za-z]\s*/\s*\$?
              | (?<!\*)(?<=[\d)}A-Za-z]\s*)\*\s*\$?
              | \d\(? | [\^_]\s*\{?\s*
              | (?<![A-Za-z\\'’])[A-Za-z]
              | \\(?:times|cdot|div|pm|mp|sqrt(?:\[[^\]]*\])?|ln|log|sin|cos|tan|pi|neg|not)\s*\{?\s*
              | \\[dtc]?(?:frac|binom)\s*(?:\{[^{}]*\}|[0-9])?\s*\{\s*
              | [×÷·⋅√]\s*\$?
              | (?:\bnot|[\d)}]\$?\s+or)\s*\$?
            )$
            """,
        RegexOptions.IgnorePatternWhitespace | RegexOptions.CultureInvariant
    )]
    private static partial Regex BeforePattern();

    /// <summary>A power, an index, an operator with an operand, a factor, or "or 3" after a box.</summary>
    [GeneratedRegex(
        """
            ^(?:
              \$?\s*\^ | \$?_
              | \$?[ \t]*[-−+±/][ \t]*\$?(?:[\d(.]|\\(?!text|mathrm|mbox|quad|[,;:!)\] ]))
              | \*(?!\*)[ \t]*[\d(\\A-Za-z]
              | \d | [A-Za-z](?![A-Za-z])
              | \$?[ \t]*\\(?:times|cdot|div|pm|mp|sqrt|[dtc]?frac|pi|theta|alpha|ln|log|sin|cos|tan)(?![A-Za-z])
              | \$?[ \t]*[×÷·⋅√π±²³]
              | \$?\s+or\s+\$?[-−]?(?:[\d.]|\\(?!text|mathrm|mbox))
            )
            """,
        RegexOptions.IgnorePatternWhitespace | RegexOptions.CultureInvariant
    )]
    private static partial Regex AfterPattern();

    /// <summary>Where the calculation that holds a box may begin.</summary>
    [GeneratedRegex(@"[\n=$:]|\\[(\[]")]
    private static partial Regex BeginPattern();

    [GeneratedRegex(@"[\n=$]|\\[)\]]|\.(?:\s|$)")]
    private static partial Regex EndPattern();

    [GeneratedRegex(@"^\s*-?[0-9.,]+\s*$")]
    private static partial Regex NumberPattern();

    [GeneratedRegex(@"\G[\s$*]*(?:\\(?:text|mathrm|[,;: ])\s*\{?\s*)*(?<word>\p{L}+)")]
    private static partial Regex NextWordPattern();

    [GeneratedRegex(@"^[ \t$]*(?:\\?%|\\(?:text|mathrm)\{\s*(?:%|percent)\s*\}|percent\b)")]
    private static partial Regex PercentPattern();
}
