using System.Globalization;
using CsCheck;

namespace SkillFactory.Grading.Tests;

public sealed class ExactArithmeticTests
{
    private static readonly Gen<(int, int)> Fractions = Gen.Select(Gen.Int[-50, 50], Gen.Int[1, 50]);

    [Fact]
    public void Arithmetic_agrees_with_cross_multiplied_integers() =>
        Gen.Select(Fractions, Fractions)
            .Sample(
                (x, y) =>
                {
                    var ((a, b), (c, d)) = (x, y);
                    var (p, q) = (Fraction(a, b), Fraction(c, d));
                    return p + q == Fraction((a * d) + (c * b), b * d)
                        && p - q == Fraction((a * d) - (c * b), b * d)
                        && p * q == Fraction(a * c, b * d)
                        && (c == 0 || p / q == Fraction(a * d, b * c));
                }
            );

    [Fact]
    public void Equal_fractions_are_equal_and_print_in_lowest_terms()
    {
        Assert.Equal(Fraction(1, 2), Fraction(-3, -6));
        Assert.Equal("-1/2", Fraction(3, -6).ToString());
        Assert.Equal("4", Fraction(8, 2).ToString());
        Assert.Equal(default, Fraction(0, 5));
        Assert.Equal("1/3", Fraction(1, 3).ToString());
        Assert.Throws<DivideByZeroException>(() => Fraction(1, 0));
    }

    [Fact]
    public void Expressions_evaluate_like_decimal_arithmetic() =>
        Gen.Select(Gen.Int[0, 99].Array[2, 6], Gen.OneOf(Gen.Const('+'), Gen.Const('-'), Gen.Const('*')).Array[5])
            .Sample(
                (numbers, operators) =>
                {
                    var text =
                        numbers[0].ToString(CultureInfo.InvariantCulture)
                        + string.Concat(numbers.Skip(1).Select((n, i) => $" {operators[i]}{n}"));
                    // Computes precedence manually: products first, then a running sum.
                    decimal sum = 0,
                        term = numbers[0],
                        sign = 1;
                    for (var i = 1; i < numbers.Length; i++)
                    {
                        if (operators[i - 1] == '*')
                        {
                            term *= numbers[i];
                        }
                        else
                        {
                            sum += sign * term;
                            (sign, term) = (operators[i - 1] == '+' ? 1 : -1, numbers[i]);
                        }
                    }

                    return ArithmeticExpression.TryParse(text, NumberForms.Plain, out var expression, out _)
                        && expression.Value.ToString() == (sum + (sign * term)).ToString(CultureInfo.InvariantCulture)
                        && expression.Literals.Count == numbers.Length;
                }
            );

    private static Rational Fraction(int numerator, int denominator) => (Rational)(long)numerator / (long)denominator;
}
