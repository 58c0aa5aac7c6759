using System.Text.RegularExpressions;

namespace SkillFactory.Grading;

/// <summary>Finds the calculations in a text ("20*7=140", "Step 2: 48 − 4 = 44", "3 × 7 = 21 = 20 + 1") and checks them exactly.</summary>
public static partial class ArithmeticSteps
{
    /// <summary>Number of characters that are read. The rest of a longer text is ignored.</summary>
    public const int MaxLength = 1 << 16;

    // A minus sign belongs to a number only when it touches it: "- 8*6=48" is a list item. All repetitions are bounded and the sides are
    // atomic groups, so that a failed match costs little.
    private const string Operand = @"(?:\([ \t]{0,4}){0,8}-?[0-9]{1,40}(?![0-9])(?:\.[0-9]{1,40}(?![0-9]))?(?:[ \t]{0,4}\)){0,8}";
    private const string Side = $@"(?>{Operand}(?:[ \t]{{0,8}}[-+*/][ \t]{{0,8}}{Operand}){{0,63}})";

    /// <summary>Counts each chain of equal sides that has at least one operator. A chain is correct when all its sides are equal. Text that
    /// only resembles a calculation (unbalanced parentheses, leading zeros) is skipped.</summary>
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

    /// <summary>Whether all sides of a chain are equal; null when it is not a calculation.</summary>
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

    /// <summary>Removes parentheses at the ends that have no counterpart within the side, as in "(8*6=48)".</summary>
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
