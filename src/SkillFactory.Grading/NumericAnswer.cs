using System.Numerics;
using System.Text.RegularExpressions;

namespace SkillFactory.Grading;

/// <summary>One number as people write it in an answer: "1,234.50", "$18", "5 apples", "3/4", "1 1/2", "50%", "1.2e3", "x = 7",
/// "\frac{3}{4}", "1.5 million". Exact.</summary>
/// <param name="Value">The number without its scale.</param>
/// <param name="Scale">What a percent sign or a word such as "million" multiplies it by; 1 without. Whether such a word belongs to the
/// number or
/// is its unit depends on the question, so both readings are kept.</param>
public sealed partial record NumericAnswer(Rational Value, Rational Scale)
{
    /// <summary>Longest text that is read.</summary>
    public const int MaxLength = 512;

    /// <summary>Largest exponent of ten that is computed.</summary>
    public const int MaxExponent = 400;

    private static readonly Dictionary<string, Rational> Scales = new(StringComparer.OrdinalIgnoreCase)
    {
        ["%"] = (Rational)1 / 100,
        ["percent"] = (Rational)1 / 100,
        ["hundred"] = 100,
        ["thousand"] = 1000,
        ["million"] = 1_000_000,
        ["billion"] = 1_000_000_000,
        ["trillion"] = 1_000_000_000_000,
    };

    /// <summary>Words after a number that make it something else than that number of things.</summary>
    private static readonly HashSet<string> NotUnits = new(StringComparer.OrdinalIgnoreCase)
    {
        "or",
        "and",
        "to",
        "not",
        "no",
        "than",
        "plus",
        "minus",
        "times",
        "over",
        "divided",
        "half",
        "halves",
        "thirds",
        "squared",
        "cubed",
    };

    /// <summary>The same text for the same number with the same scale.</summary>
    public string Canonical => Scale == 1 ? Value.ToString() : $"{Value} * {Scale}";

    /// <summary>Equal as numbers, a percent sign or scale word of either being part of the number or its unit.</summary>
    public bool Matches(NumericAnswer other) =>
        Value == other.Value
        || Value * Scale == other.Value
        || Value == other.Value * other.Scale
        || Value * Scale == other.Value * other.Scale;

    /// <summary>Reads a number.</summary>
    /// <param name="problem">Why not, in a few words; empty on success.</param>
    /// <exception cref="BudgetExceededException">Its exponent is beyond <see cref="MaxExponent"/>.</exception>
    public static NumericAnswer? Read(string text, out string problem)
    {
        if (text.Length > MaxLength)
        {
            problem = $"it is longer than {MaxLength} characters";
            return null;
        }

        var plain = Plain(text);
        if (plain.LastIndexOf('=') is >= 0 and var equals)
        {
            plain = plain[(equals + 1)..].Trim();
        }

        var match = NumberPattern().Match(plain);
        problem =
            plain.Length == 0 ? "it is empty"
            : !match.Success ? $"'{Answers.Clip(plain)}' is not one number"
            : UnitProblem(match.Groups["unit"].Value) ?? "";
        return problem.Length == 0 ? Number(match, out problem) : null;
    }

    private static NumericAnswer? Number(Match match, out string problem)
    {
        problem = "";
        Rational value;
        if (match.Groups["den"] is { Success: true } denominator)
        {
            var below = BigInteger.Parse(Digits(denominator.Value));
            if (below.IsZero)
            {
                problem = "it divides by zero";
                return null;
            }

            value = (Rational)BigInteger.Parse(Digits(match.Groups["num"].Value)) / below;
            if (match.Groups["whole"] is { Success: true } whole)
            {
                value += BigInteger.Parse(Digits(whole.Value));
            }
        }
        else
        {
            value = Decimal(Digits(match.Groups["dec"].Value));
            if (match.Groups["exp"] is { Success: true } exponent)
            {
                value *= PowerOfTen(exponent.Value);
            }
        }

        if (match.Groups["sign"].Value is "-" || match.Groups["sign2"].Value is "-")
        {
            value = 0 - value;
        }

        var scale = match.Groups["scale"] is { Success: true } word ? Scales[word.Value] : 1;
        return new NumericAnswer(value, scale);
    }

    private static string? UnitProblem(string unit)
    {
        foreach (Match word in WordPattern().Matches(RemarkPattern().Replace(unit, "")))
        {
            if (NotUnits.Contains(word.Value))
            {
                return $"'{Answers.Clip(unit)}' after the number leaves open what is meant";
            }
        }

        return null;
    }

    private static string Digits(string text) => text.Replace(",", "", StringComparison.Ordinal);

    private static Rational Decimal(string text)
    {
        var point = text.IndexOf('.', StringComparison.Ordinal);
        return point < 0
            ? BigInteger.Parse(text)
            : (Rational)BigInteger.Parse("0" + text.Remove(point, 1)) / BigInteger.Pow(10, text.Length - point - 1);
    }

    private static Rational PowerOfTen(string exponent)
    {
        if (
            !int.TryParse(exponent, System.Globalization.NumberStyles.AllowLeadingSign, null, out var power)
            || Math.Abs(power) > MaxExponent
        )
        {
            throw new BudgetExceededException($"the exponent {Answers.Clip(exponent)} is larger than {MaxExponent}");
        }

        return power >= 0 ? BigInteger.Pow(10, power) : (Rational)1 / BigInteger.Pow(10, -power);
    }

    /// <summary>One notation: no wrappings, no LaTeX, no currency, plain minus and spaces.</summary>
    private static string Plain(string text)
    {
        var plain = text.Trim();
        for (var inner = Boxed.Last(plain); inner is not null; inner = Boxed.Last(plain))
        {
            plain = inner.Trim();
        }

        plain = FractionPattern().Replace(plain, m => $" {m.Groups[1].Value.Trim()}/{m.Groups[2].Value.Trim()}");
        plain = TimesTenPattern().Replace(plain, "e$1");
        plain = CommandPattern()
            .Replace(plain.Replace(@"\%", "%", StringComparison.Ordinal).Replace("{,}", ",", StringComparison.Ordinal), " ");
        plain = string.Concat(
            plain.Select(c =>
                c switch
                {
                    '−' or '–' or '‐' or '‑' or '－' => '-',
                    '\u202F' or '\u2009' or '\u00A0' or '\u2007' => '\u2009', // spaces that may stand within a number
                    '$' or '€' or '£' or '¥' or '₹' or '{' or '}' or '*' or '`' or '"' or '~' or '#' => ' ',
                    '％' => '%',
                    _ => char.IsWhiteSpace(c) ? ' ' : c,
                }
            )
        );
        plain = ThinSpacePattern().Replace(plain, "").Replace('\u2009', ' ');
        return plain.Trim().TrimEnd('.', ' ', '!', ';');
    }

    [GeneratedRegex(
        """
            ^(?:(?:so\s+|thus\s+|therefore,?\s+)?(?:the\s+)?(?:final\s+)?answer\s*(?:is|:)?\s*:?\s*)?
            (?<sign>[-+])?\s*(?:USD\s*|Rs\.?\s*)?(?<sign2>[-+])?
            (?:
              (?:(?<whole>\d+|\d{1,3}(?:,\d{3})+)(?:\s+|\s*(?=\s)))?(?<num>\d+|\d{1,3}(?:,\d{3})+)\s*[/⁄]\s*(?<den>\d+|\d{1,3}(?:,\d{3})+)
              | (?<dec>(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d*)?|\.\d+)(?:[eE](?<exp>[-+]?\d+))?
            )
            (?![\d,./:^]\d)(?!\d)
            (?:\s*-?\s*(?<scale>%|(?:percent|hundred|thousand|million|billion|trillion)\b))?
            (?<unit>[\s,.]*(?:\([^()\d]*\)|[\p{L}°'/.²³%]|\^\s?[23](?!\d)|[\s,-])*)$
            """,
        RegexOptions.IgnorePatternWhitespace | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant
    )]
    private static partial Regex NumberPattern();

    [GeneratedRegex(@"\\[dtc]?frac\s*\{\s*([\d,\s]+)\}\s*\{\s*([\d,\s]+)\}")]
    private static partial Regex FractionPattern();

    [GeneratedRegex(@"\s*(?:\\times|\\cdot|×|\*|·)\s*10\s*\^\s*\{?\s*([-−+]?\d{1,9})\s*\}?")]
    private static partial Regex TimesTenPattern();

    [GeneratedRegex(@"\\(?:text|mathrm|textbf|mathbf|left|right|displaystyle|quad|[,;:! ()\[\]$])")]
    private static partial Regex CommandPattern();

    [GeneratedRegex(@"(?<=\d)\u2009(?=\d{3}(?!\d))")]
    private static partial Regex ThinSpacePattern();

    [GeneratedRegex(@"\([^()]*\)")]
    private static partial Regex RemarkPattern();

    [GeneratedRegex(@"\p{L}+")]
    private static partial Regex WordPattern();
}
