using System.Text;
using System.Text.RegularExpressions;
using SkillFactory.Grading.Markup;

namespace SkillFactory.Grading.Quantities;

/// <summary>Rewrites the notations of a number in plain ASCII, and splits what follows the number into parts.</summary>
internal static partial class NumericText
{
    /// <summary>Rewrites an unwrapped answer: digit groups, powers of ten, superscripts, vulgar fractions, LaTeX spacing, minus signs and
    /// quotes.</summary>
    public static string Plain(string answer)
    {
        var text = AnswerMarkup.WithoutEmphasis(AnswerMarkup.WithoutTextCommands(answer));
        text = DigitGroups.Join(Superscripts.WithCarets(text));
        text = SpacedPattern().Replace(text, number => number.Value.Replace(" ", "", StringComparison.Ordinal));
        text = DegreePattern().Replace(text, "°");
        text = EscapedPattern().Replace(text, "$1");
        text = TimesTenPattern().Replace(text, "e$1$2");
        text = CommandPattern().Replace(text, " ");
        var plain = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            plain.Append(
                c switch
                {
                    '−' or '–' or '‐' or '‑' => "-",
                    '~' when plain.Length > 0 => " ",
                    '`' or '"' or '“' or '”' or '\u200B' => " ",
                    '⁄' or '∕' => "/",
                    _ when VulgarFractions.Of(c) is var (above, below) => $" {above}/{below}",
                    _ => char.IsWhiteSpace(c) ? " " : c.ToString(),
                }
            );
        }

        return EndPattern().Replace(plain.ToString(), "").Trim();
    }

    /// <summary>The words, units and signs after a number; null when something else is among them.</summary>
    public static IReadOnlyList<string>? Parts(string tail)
    {
        var parts = new List<string>();
        for (var match = PartPattern().Match(tail); ; match = match.NextMatch())
        {
            if (!match.Success)
            {
                return null;
            }

            if (match.Groups["part"] is { Success: true } part)
            {
                parts.Add(
                    part.Value is "°" or "º" ? Units.Degree
                    : part.Value == "€" ? "euro"
                    : part.Value == "¢" ? "cent"
                    : part.Value[0] == '^' ? SpacePattern().Replace(part.Value, "")
                    : part.Value
                );
            }

            if (match.Index + match.Length == tail.Length)
            {
                return parts;
            }
        }
    }

    [GeneratedRegex(@"\^\s*(?:\\circ\b|\{\s*\\circ\s*\})|\\degree\b")]
    private static partial Regex DegreePattern();

    /// <summary>1 234 567. Groups before a slash may be a mixed number.</summary>
    [GeneratedRegex(@"(?<![0-9.,/] ?)[1-9][0-9]{0,2}(?: [0-9]{3})+(?![0-9.,/]?[0-9]| ?/| [0-9])")]
    private static partial Regex SpacedPattern();

    [GeneratedRegex(@"\\([%$#&])")]
    private static partial Regex EscapedPattern();

    [GeneratedRegex(@"\s*(?:\\times|\\cdot|×|\*|·|⋅|[xX])\s*10\s*\^\s*(?:\{\s*([-−+]?[0-9]{1,9})\s*\}|([-−+]?[0-9]{1,9})(?![0-9]))")]
    private static partial Regex TimesTenPattern();

    [GeneratedRegex(@"\\(?:left|right|displaystyle|quad|qquad|[,;:! ()\[\]\\])")]
    private static partial Regex CommandPattern();

    /// <summary>A full stop, a semicolon, or an exclamation mark after a word. After a number the latter may be a factorial.</summary>
    [GeneratedRegex(@"(?:(?<=[^.])[.;]|(?<=\p{L}\)?)!+)\s*$")]
    private static partial Regex EndPattern();

    [GeneratedRegex(@"\G(?:(?<part>\([^()0-9]*\)|\p{L}+|[°º/%€¢]|\^\s*\{?\s*-?[0-9]\s*\}?)|(?:[\s,;{}$£¥₹'’·⋅-]|\.(?!\.))+|$)")]
    private static partial Regex PartPattern();

    [GeneratedRegex(@"[\s{}]+")]
    private static partial Regex SpacePattern();
}
