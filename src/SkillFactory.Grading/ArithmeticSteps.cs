using System.Text.RegularExpressions;

namespace SkillFactory.Grading;

/// <summary>How many of the calculations written in a text are right.</summary>
/// <param name="Right">Equations that hold.</param>
/// <param name="Total">Equations found.</param>
public readonly record struct StepCheck(int Right, int Total)
{
    /// <summary>Right / total, or null when the text has none.</summary>
    public double? Share => Total == 0 ? null : (double)Right / Total;
}

/// <summary>Finds the calculations in a text ("20*7=140", "Step 2: 48 − 4 = 44", "3 × 7 = 21 = 20 + 1") and checks them exactly.</summary>
public static partial class ArithmeticSteps
{
    /// <summary>Text beyond this is not read: calculations are looked for in model output of any length.</summary>
    public const int MaxLength = 1 << 16;

    // A minus belongs to a number only when it touches it: "- 8*6=48" is an item of a list. Every repetition is bounded and sides are
    // atomic, so that a start that leads nowhere costs little.
    private const string Operand = @"(?:\([ \t]{0,4}){0,8}-?[0-9]{1,40}(?![0-9])(?:\.[0-9]{1,40}(?![0-9]))?(?:[ \t]{0,4}\)){0,8}";
    private const string Side = $@"(?>{Operand}(?:[ \t]{{0,8}}[-+*/][ \t]{{0,8}}{Operand}){{0,63}})";

    /// <summary>Chains of equal sides with at least one operator count once each; a chain holds when all its sides are equal. What only
    /// looks like a calculation (unbalanced parentheses, leading zeros) is passed over.</summary>
    public static StepCheck Check(string text)
    {
        var plain = AnswerText
            .PlainOperators(text.Length <= MaxLength ? text : text[..MaxLength])
            .Replace("$", "", StringComparison.Ordinal);
        var (right, total) = (0, 0);
        for (var match = EquationPattern().Match(plain); match.Success; match = match.NextMatch())
        {
            if (Holds(match.Value) is { } holds)
            {
                total++;
                right += holds ? 1 : 0;
            }
        }

        return new StepCheck(right, total);
    }

    [GeneratedRegex($@"(?<![0-9.]){Side}(?:[ \t]{{0,8}}=[ \t]{{0,8}}{Side}){{1,16}}")]
    private static partial Regex EquationPattern();

    /// <summary>Null when it is no calculation.</summary>
    private static bool? Holds(string chain)
    {
        Rational? value = null;
        var (equal, calculates) = (true, false);
        foreach (var side in chain.Split('='))
        {
            if (
                side.Length > AnswerText.MaxLength
                || !ArithmeticExpression.TryParse(
                    Balanced(side.Trim()),
                    NumberForms.Signed | NumberForms.Decimal,
                    out var expression,
                    out _
                )
            )
            {
                return null;
            }

            equal &= expression.Value is { } own && own == (value ?? own);
            value ??= expression.Value;
            calculates |= expression.Operators.Count > 0;
        }

        return calculates ? equal : null;
    }

    /// <summary>Without parentheses at the ends that were opened before, or are closed after, the calculation: "(8*6=48)".</summary>
    private static string Balanced(string side)
    {
        var surplus = side.Count(c => c == '(') - side.Count(c => c == ')');
        while (surplus > 0 && side.StartsWith('('))
        {
            (side, surplus) = (side[1..], surplus - 1);
        }

        while (surplus < 0 && side.EndsWith(')'))
        {
            (side, surplus) = (side[..^1], surplus + 1);
        }

        return side;
    }
}
