namespace SkillFactory.Grading.Maths;

/// <summary>Solves inequalities that are linear in one letter and have no other: -x &gt; -1, x - 1 &lt; 0, 1 ≤ 2x + 1 &lt; 7.</summary>
internal static class LinearInequality
{
    /// <summary>The interval of the letter; null when the inequality has another form.</summary>
    public static IntervalsValue? Solve(
        Algebra algebra,
        FormComparison comparison,
        IReadOnlyList<MathValue> sides,
        IReadOnlyList<string> relations
    )
    {
        var forms = sides.Select(s => s is ScalarValue { Unit: null, Percent: false } scalar ? scalar.Form : null).ToList();
        if (forms.Contains(null) || forms.SelectMany(f => f!.Variables).Distinct().ToList() is not [var letter])
        {
            return null;
        }

        // In a chain only the middle may contain the letter, and both relations must point in the same direction.
        if (
            relations.Count > 2
            || (
                relations is [var first, var second]
                && (first[0] != second[0] || first[0] is '=' or '!' || forms[0]!.Contains(letter) || forms[2]!.Contains(letter))
            )
        )
        {
            return null;
        }

        var interval = Interval.Everything;
        for (var i = 0; i < relations.Count; i++)
        {
            var (bound, sign) = Bound(algebra, comparison, letter, algebra.Subtract(forms[i]!, forms[i + 1]!));
            if (sign == 0)
            {
                return null;
            }

            var value = new ScalarValue(bound);
            if (relations[i] == "!=")
            {
                return Intervals.Without(comparison, new IntervalsValue([interval]), value);
            }

            var isUpper = (relations[i][0] == '<') == (sign > 0);
            var closed = relations[i].EndsWith('=');
            interval = isUpper ? interval with { High = value, HighClosed = closed } : interval with { Low = value, LowClosed = closed };
        }

        return new IntervalsValue([interval]);
    }

    /// <summary>The zero of a·x + b, and the sign of a; the sign is 0 when the form is not linear.</summary>
    private static (Form Bound, int Sign) Bound(Algebra algebra, FormComparison comparison, Atom letter, Form difference)
    {
        if (!difference.IsPolynomial || difference.Numerator.Terms.Any(t => t.Monomial.ExponentOf(letter) is var e && !e.IsZero && e != 1))
        {
            return (Form.Zero, 0);
        }

        var linear = difference
            .Numerator.Terms.Where(t => !t.Monomial.ExponentOf(letter).IsZero)
            .ToDictionary(t => t.Monomial.Without(letter), t => t.Coefficient);
        var constant = difference
            .Numerator.Terms.Where(t => t.Monomial.ExponentOf(letter).IsZero)
            .ToDictionary(t => t.Monomial, t => t.Coefficient);
        var (a, b) = (new Form(Polynomial.Of(linear), Polynomial.One), new Form(Polynomial.Of(constant), Polynomial.One));
        return a.IsZero || a.Variables.Any() || b.Variables.Any()
            ? (Form.Zero, 0)
            : (algebra.Divide(algebra.Negate(b), a), comparison.Sign(a));
    }
}
