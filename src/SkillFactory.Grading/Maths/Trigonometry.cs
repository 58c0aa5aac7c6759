namespace SkillFactory.Grading.Maths;

/// <summary>Sines and cosines that are sums of square roots: those of multiples of 15° and of odd multiples of 18° and 36°.</summary>
internal static class Trigonometry
{
    /// <summary>The value, or null when it is not such a sum.</summary>
    public static Form? Of(Algebra algebra, Powers powers, string name, Form angle)
    {
        if (angle.IsZero)
        {
            return name == "sin" ? Form.Zero : Form.One;
        }

        // The angle as a rational multiple of π.
        if (!angle.IsPolynomial || angle.Numerator.Terms is not [var (turns, monomial)] || !monomial.Equals(Monomial.Of(Atom.Pi, 1)))
        {
            return null;
        }

        // cos θ = sin(θ + π/2). The angle is then reduced to 0 … 2 and mirrored to 0 … 1/2.
        turns += name == "cos" ? (Rational)1 / 2 : 0;
        turns -= 2 * (Rational)Algebra.Floor(turns / 2);
        var negative = turns >= 1;
        turns = negative ? turns - 1 : turns;
        turns = turns > (Rational)1 / 2 ? 1 - turns : turns;
        var value = First(algebra, powers, turns);
        return value is not null && negative ? algebra.Negate(value) : value;
    }

    /// <summary>The sine of turns·π for turns from 0 to 1/2.</summary>
    private static Form? First(Algebra algebra, Powers powers, Rational turns)
    {
        Form Number(long numerator, long denominator = 1) => Form.Number((Rational)numerator / denominator);
        Form Root(long of) => powers.Raise(Number(of), (Rational)1 / 2);
        Form Quarter(Form sum) => algebra.Divide(sum, Number(4));
        return turns.ToString() switch
        {
            "0" => Form.Zero,
            "1/12" => Quarter(algebra.Subtract(Root(6), Root(2))),
            "1/10" => Quarter(algebra.Subtract(Root(5), Form.One)),
            "1/6" => Number(1, 2),
            "1/4" => algebra.Divide(Root(2), Number(2)),
            "3/10" => Quarter(algebra.Add(Root(5), Form.One)),
            "1/3" => algebra.Divide(Root(3), Number(2)),
            "5/12" => Quarter(algebra.Add(Root(6), Root(2))),
            "1/2" => Form.One,
            _ => null,
        };
    }
}
