using System.Text.RegularExpressions;

namespace SkillFactory.Grading.Quantities;

/// <summary>What follows a number: scale words, a percent sign and a unit.</summary>
/// <param name="Factor">The product of the scale words; 1 without one.</param>
/// <param name="IsPercent">Whether a percent sign or word follows.</param>
/// <param name="Unit">The canonical name of a known unit, such as "m/s" or "ft^2"; otherwise null.</param>
internal sealed partial record QuantityTail(Rational Factor, bool IsPercent, string? Unit)
{
    /// <summary>Words that change neither the number nor its unit.</summary>
    private static readonly HashSet<string> Neutral = new(
        (
            "of a an the each every in on at for total altogether left remaining old long wide tall high deep away apart "
            + "later ago more"
        ).Split(' '),
        StringComparer.OrdinalIgnoreCase
    );

    /// <summary>Reads the parts after a number.</summary>
    /// <param name="parts">Words, "/", "%", powers such as "^2", and remarks in parentheses.</param>
    /// <param name="things">The words that may name what is counted.</param>
    /// <param name="problem">Why they cannot be read; empty on success.</param>
    public static QuantityTail? Read(IReadOnlyList<string> parts, CountedThings things, out string problem)
    {
        var at = 0;
        var factor = (Rational)1;
        Rational last = 0;
        for (; at < parts.Count && ScaleWords.FactorOf(parts[at]) is { } scale && scale > last; at++)
        {
            (factor, last) = (factor * scale, scale);
        }

        var isPercent = PercentLength(parts, at) is > 0 and var length;
        at += PercentLength(parts, at);
        var unit = TakeUnit(parts, ref at);
        problem = Rest(parts, at, things);
        return problem.Length == 0 ? new QuantityTail(factor, isPercent, unit) : null;
    }

    private static int PercentLength(IReadOnlyList<string> parts, int at) =>
        at >= parts.Count ? 0
        : parts[at] == "%" || Is(parts[at], "percent") || Is(parts[at], "pct") ? 1
        : Is(parts[at], "per") && at + 1 < parts.Count && Is(parts[at + 1], "cent") ? 2
        : 0;

    /// <summary>Reads "m", "square feet", "cm^2", "feet squared", "miles per hour". Leaves the position when there is no known
    /// unit.</summary>
    private static string? TakeUnit(IReadOnlyList<string> parts, ref int at)
    {
        string? unit = null;
        var known = true;
        for (var next = at; ; next++)
        {
            var separator = unit is null ? "" : "/";
            if (separator.Length > 0)
            {
                if (next >= parts.Count || !(parts[next] == "/" || Is(parts[next], "per")))
                {
                    break;
                }

                next++;
            }

            var power = next >= parts.Count ? "" : PowerBefore(parts[next]);
            next += power.Length > 0 ? 1 : 0;
            if (next >= parts.Count || Units.Of(parts[next]) is not { } name)
            {
                break;
            }

            if (next + 1 < parts.Count && PowerAfter(parts[next + 1]) is { Length: > 0 } after)
            {
                (power, next) = (after, next + 1);
            }

            if (name == Units.Degree && next + 1 < parts.Count && parts[next + 1] is "C" or "F" or "Celsius" or "Fahrenheit")
            {
                (name, next) = (name + parts[next + 1][0], next + 1);
            }

            unit += separator + name + power;
            known &= name != Units.Generic;
            at = next + 1;
        }

        return known ? unit : null;
    }

    private static string PowerBefore(string word) =>
        Is(word, "square") || Is(word, "sq") ? "^2"
        : Is(word, "cubic") || Is(word, "cu") ? "^3"
        : "";

    private static string PowerAfter(string word) =>
        word[0] == '^' ? word
        : Is(word, "squared") ? "^2"
        : Is(word, "cubed") ? "^3"
        : "";

    /// <summary>The problem with the parts after the unit; empty when they are harmless.</summary>
    private static string Rest(IReadOnlyList<string> parts, int at, CountedThings things)
    {
        for (var i = at; i < parts.Count; i++)
        {
            var part = parts[i];
            if (part[0] == '(')
            {
                if (WordPattern().Matches(part).FirstOrDefault(w => ValueWords.Contains(w.Value)) is { } inside)
                {
                    return Changes(inside.Value);
                }
            }
            else if (ValueWords.Contains(part) || PercentLength(parts, i) > 0)
            {
                return Changes(part);
            }
            else if (!char.IsLetter(part[0]))
            {
                // The power of a unit further on: "5 kg m^2".
                if (part[0] != '^' || i == 0 || Units.Of(parts[i - 1]) is null)
                {
                    return $"'{part}' after the number has no unit";
                }
            }
            else if (
                !Neutral.Contains(part)
                && Units.Of(part) is null
                && PowerBefore(part).Length == 0
                && !Is(part, "per")
                && !things.Contain(part)
            )
            {
                return $"'{Answers.Clip(part)}' after the number is no known unit, and the question does not name it";
            }
        }

        return "";
    }

    private static string Changes(string word) => $"'{Answers.Clip(word)}' after the number may change its value";

    private static bool Is(string part, string word) => part.Equals(word, StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex(@"\p{L}+")]
    private static partial Regex WordPattern();
}
