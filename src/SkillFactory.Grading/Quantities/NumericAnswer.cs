using System.Numerics;
using System.Text.RegularExpressions;
using SkillFactory.Grading.Markup;

namespace SkillFactory.Grading.Quantities;

/// <summary>One number as people write it in an answer, read exactly: "1,234.50", "$18", "5 apples", "3/4", "1 1/2", "50%", "1.2e3",
/// "x = 7", "\frac{3}{4}", "1.5 million", "5²".</summary>
/// <param name="Value">The number, with its power and its scale words.</param>
/// <param name="IsPercent">Whether a percent sign follows. The question decides whether it belongs to the number or is its unit, so both
/// readings count.</param>
/// <param name="Unit">The canonical name of a known unit; otherwise null.</param>
public sealed partial record NumericAnswer(Rational Value, bool IsPercent, string? Unit)
{
    /// <summary>Longest text that is read, in characters, without what surrounds the answer.</summary>
    public const int MaxLength = 512;

    /// <summary>Largest power of ten that is computed.</summary>
    public const int MaxExponent = 400;

    private const long MaxPowerBits = 4 * MaxExponent;

    public override string ToString() => IsPercent ? $"{Value}%" : Value.ToString();

    /// <summary>Whether the numbers are equal, in one of the two readings when one has a percent sign, and their units do not exclude each
    /// other.</summary>
    public bool Matches(NumericAnswer other) =>
        !Units.Differ(IsPercent ? "%" : Unit, other.IsPercent ? "%" : other.Unit)
        && (
            Value == other.Value
            || (IsPercent && !other.IsPercent && Value / 100 == other.Value)
            || (other.IsPercent && !IsPercent && other.Value / 100 == Value)
        );

    /// <summary>Reads a number; null when the text is not one number.</summary>
    /// <param name="text">The content of an answer span, or a gold answer.</param>
    /// <param name="things">The words that may follow the number because they name what is counted.</param>
    /// <param name="problem">Why the text was not read, in a few words; empty on success.</param>
    /// <exception cref="LimitExceededException">The text is longer than <see cref="MaxLength"/>, or the number exceeds 10 to the power
    /// <see cref="MaxExponent"/>.</exception>
    public static NumericAnswer? Read(string text, CountedThings things, out string problem)
    {
        var unwrapped = AnswerMarkup.Unwrap(text);
        if (unwrapped.Length > MaxLength)
        {
            throw new LimitExceededException($"more than {MaxLength} characters");
        }

        var plain = NumericText.Plain(unwrapped);
        if (plain.Length == 0)
        {
            problem = "it is empty";
            return null;
        }

        if (plain.LastIndexOf('=') is >= 0 and var equals)
        {
            if (equals > 0 && plain[equals - 1] is '!' or '<' or '>' or '~' or '/')
            {
                problem = $"'{Answers.Clip(plain)}' is a relation other than equality";
                return null;
            }

            if (OtherValuePattern().IsMatch(plain[plain.IndexOf('=', StringComparison.Ordinal)..equals]))
            {
                problem = $"'{Answers.Clip(plain)}' is more than one value";
                return null;
            }

            plain = plain[(equals + 1)..].Trim();
        }

        var match = NumberPattern().Match(plain);
        if (!match.Success || NumericText.Parts(match.Groups["tail"].Value) is not { } parts)
        {
            problem = $"'{Answers.Clip(plain)}' is not one number";
            return null;
        }

        if (QuantityTail.Read(parts, things, out problem) is not { } tail || Number(match, out problem) is not { } number)
        {
            return null;
        }

        if (match.Groups["money"].Success && tail.Unit is not (null or "dollar" or "euro" or "cent"))
        {
            problem = $"'{Answers.Clip(plain)}' is an amount of money with the unit '{tail.Unit}', which may be a multiple of it";
            return null;
        }

        return new NumericAnswer(number * tail.Factor, tail.IsPercent, tail.Unit ?? (match.Groups["dollar"].Success ? "dollar" : null));
    }

    /// <summary>Canonical text among the answers to one question: the same for answers that are equally right.</summary>
    public string CanonicalFor(NumericAnswer gold) => Units.Differ(Unit, gold.Unit) ? $"{this} {Unit}" : ToString();

    private static Rational? Number(Match match, out string problem)
    {
        problem = "";
        Rational value;
        if (match.Groups["den"] is { Success: true } denominator)
        {
            var below = BigInteger.Parse(denominator.Value);
            if (below.IsZero)
            {
                problem = "it divides by zero";
                return null;
            }

            value = (Rational)BigInteger.Parse(match.Groups["num"].Value) / below;
            if (match.Groups["whole"] is { Success: true } whole)
            {
                value += BigInteger.Parse(whole.Value);
            }
        }
        else
        {
            value = Decimal(match.Groups["dec"].Value);
            if (match.Groups["exp"] is { Success: true } exponent)
            {
                value *= PowerOfTen(exponent.Value);
            }

            if (match.Groups["pow"] is { Success: true } power)
            {
                if (value.IsZero && power.Value is ['-', ..] or "0")
                {
                    problem = "0 to a power that is not positive";
                    return null;
                }

                value = Raised(value, power.Value);
            }
        }

        return match.Groups["sign"].Value is "-" || match.Groups["sign2"].Value is "-" ? 0 - value : value;
    }

    private static Rational Decimal(string text)
    {
        var point = text.IndexOf('.', StringComparison.Ordinal);
        return point < 0
            ? BigInteger.Parse(text)
            : (Rational)BigInteger.Parse("0" + text.Remove(point, 1)) / BigInteger.Pow(10, text.Length - point - 1);
    }

    /// <exception cref="LimitExceededException">The exponent exceeds <see cref="MaxExponent"/>.</exception>
    private static Rational PowerOfTen(string exponent)
    {
        var power = Exponent(exponent);
        var magnitude = (Rational)BigInteger.Pow(10, Math.Abs(power));
        return power >= 0 ? magnitude : 1 / magnitude;
    }

    /// <exception cref="LimitExceededException">The power is too large.</exception>
    private static Rational Raised(Rational value, string exponent)
    {
        var power = Exponent(exponent);
        if ((value.Numerator.GetBitLength() + value.Denominator.GetBitLength()) * Math.Abs(power) > MaxPowerBits)
        {
            throw new LimitExceededException("a power that is too large to compute");
        }

        var (above, below) = (BigInteger.Pow(value.Numerator, Math.Abs(power)), BigInteger.Pow(value.Denominator, Math.Abs(power)));
        return power >= 0 ? (Rational)above / below : (Rational)below / above;
    }

    private static int Exponent(string exponent) =>
        int.TryParse(exponent, out var power) && Math.Abs((long)power) <= MaxExponent
            ? power
            : throw new LimitExceededException($"the exponent {Answers.Clip(exponent)}, of at most {MaxExponent}");

    /// <summary>The beginning of another equation: "x = 5, y = 6".</summary>
    [GeneratedRegex(@"[,;]\s*\p{L}|\b(?:and|or)\b", RegexOptions.IgnoreCase)]
    private static partial Regex OtherValuePattern();

    [GeneratedRegex(
        """
            ^[\s{#]*(?:(?:so\s+|thus\s+|therefore,?\s+)?(?:the\s+)?(?:final\s+)?answer\s*(?:is|:)?\s*:?\s*)?
            (?<sign>[-+])?\s*
            (?:[A-Z]{0,3}(?<dollar>(?<money>\$))(?!.*\$)\s*|(?<money>[€£¥₹])\s*|\$\s*|(?<money>USD|EUR|GBP|Rs\.?)\s*)?
            (?<sign2>[-+])?\s*
            (?:
              (?:(?<whole>[0-9]+)\s+)?(?<num>[0-9]+)\s*/\s*(?<den>[0-9]+)
              | (?<whole>[0-9]+)?\s*\\[dtc]?frac\s*(?:\{\s*(?<num>-?[0-9]+)\s*\}|(?<num>[0-9]))\s*(?:\{\s*(?<den>[0-9]+)\s*\}|(?<den>[0-9]))
              | (?<dec>[0-9]+(?:\.[0-9]*)?|\.[0-9]+)
                (?:[eE](?<exp>[-+−]?[0-9]+) | \s*(?:\^|\*\*)\s*(?:\{\s*(?<pow>[-+]?[0-9]+)\s*\}|(?<pow>[-+]?[0-9]+)))?
            )
            (?![0-9])(?<tail>.*)$
            """,
        RegexOptions.IgnorePatternWhitespace | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.Singleline
    )]
    private static partial Regex NumberPattern();
}
