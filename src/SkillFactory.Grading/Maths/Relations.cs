namespace SkillFactory.Grading.Maths;

/// <summary>Equations and inequalities. An inequality that is linear in one letter, and has no other, becomes the interval it
/// describes.</summary>
internal static class Relations
{
    /// <param name="relations">The relations between consecutive sides; one fewer than the sides.</param>
    public static MathValue Of(Algebra algebra, FormComparison comparison, IReadOnlyList<MathValue> sides, IReadOnlyList<string> relations)
    {
        if (relations is ["="] && Assignment(algebra, sides[0], sides[1]) is { } assignment)
        {
            return assignment;
        }

        if (relations.All(r => r == "="))
        {
            if (Calculated(algebra, comparison, sides) is { } value)
            {
                return value;
            }

            return new EquationValue(null, sides[^1], algebra.Subtract(Scalar(sides[^2]), Scalar(sides[^1])));
        }

        if (LinearInequality.Solve(algebra, comparison, sides, relations) is { } solved)
        {
            return solved;
        }

        var bounds = Bounds(comparison, sides, relations);
        if (relations is not [var relation])
        {
            return bounds ?? throw new MathSyntaxException("a chain of relations that bounds no single letter");
        }

        if (sides.Any(s => s is InfinityValue))
        {
            return bounds ?? throw new MathSyntaxException("a relation with infinity");
        }

        var difference = algebra.Subtract(Scalar(sides[0]), Scalar(sides[1]));
        return relation is "<" or "<="
            ? new InequalityValue(algebra.Negate(difference), relation.Replace('<', '>'), bounds)
            : new InequalityValue(difference, relation, bounds);
    }

    /// <summary>a &lt; x ≤ b, x &gt; a, a ≥ x, x ≠ a, for a and b without x.</summary>
    private static IntervalsValue? Bounds(FormComparison comparison, IReadOnlyList<MathValue> sides, IReadOnlyList<string> relations)
    {
        var at = sides.Index().Where(s => LetterOf(s.Item) is not null).Select(s => s.Index).ToList();
        if (at is not [var letter] || relations.Any(r => r == "="))
        {
            return null;
        }

        var name = LetterOf(sides[letter])!;
        if (
            sides
                .Where((_, i) => i != letter)
                .Any(s => s is not (ScalarValue or InfinityValue) || (s is ScalarValue o && o.Form.Contains(name)))
        )
        {
            return null;
        }

        if (relations is ["!="])
        {
            return Intervals.Without(comparison, new IntervalsValue([Interval.Everything]), sides[1 - letter]);
        }

        if (relations.Contains("!=") || sides.Count > 3 || (sides.Count == 3 && (letter != 1 || relations[0][0] != relations[1][0])))
        {
            return null;
        }

        var interval = Interval.Everything;
        for (var i = 0; i < relations.Count; i++)
        {
            var closed = relations[i].EndsWith('=');
            // The letter may be on either side of the relation.
            var (bound, isUpper) = i == letter ? (sides[i + 1], relations[i][0] == '<') : (sides[i], relations[i][0] == '>');
            interval = isUpper ? interval with { High = bound, HighClosed = closed } : interval with { Low = bound, LowClosed = closed };
        }

        return new IntervalsValue([interval]);
    }

    /// <summary>The value of a calculation that is written out, "10/2 = 5", with or without a name at its end, "5 = x"; null for other
    /// equations.</summary>
    private static MathValue? Calculated(Algebra algebra, FormComparison comparison, IReadOnlyList<MathValue> sides)
    {
        var name = LetterOf(sides[^1]);
        var numbers = (name is null ? sides : sides.SkipLast(1)).OfType<ScalarValue>().ToList();
        if (numbers.Count < sides.Count - (name is null ? 0 : 1) || numbers.Any(n => n.HasVariables))
        {
            return null;
        }

        // Of "1/2 = 50%" the percent sign belongs to the number.
        var values = numbers.Select(n => n.Percent ? algebra.Divide(n.Form, Form.Number(100)) : n.Form).ToList();
        if (values.Zip(values.Skip(1)).Any(p => !comparison.AreEqual(p.First, p.Second)))
        {
            return null;
        }

        var value = numbers[^1];
        if (name is null)
        {
            return value;
        }

        return new EquationValue(name.Key, value, algebra.Subtract(Form.Of(name), value.Form));
    }

    /// <summary>(x, y) = (3, 5) as "x = 3, y = 5"; null for other sides.</summary>
    private static SetValue? Assignment(Algebra algebra, MathValue left, MathValue right)
    {
        if (left is not TupleValue names || right is not TupleValue values || names.Items.Count != values.Items.Count)
        {
            return null;
        }

        var letters = names.Items.Select(LetterOf).ToList();
        return letters.Contains(null)
            ? null
            : new SetValue(
                [
                    .. letters.Zip(values.Items, (letter, value) =>
                        new EquationValue(
                            letter!.Key,
                            value,
                            value is ScalarValue scalar ? algebra.Subtract(Form.Of(letter), scalar.Form) : null
                        )
                    ),
                ],
                IsBare: true
            );
    }

    /// <summary>The letter that a side consists of; otherwise null.</summary>
    private static Atom? LetterOf(MathValue value) =>
        value is ScalarValue { Unit: null, Percent: false, Form: { IsPolynomial: true, Numerator.Terms: [var (coefficient, monomial)] } }
        && coefficient == 1
        && monomial.Factors is [var (atom, exponent)]
        && exponent == 1
        && atom.Kind == AtomKind.Variable
            ? atom
            : null;

    private static Form Scalar(MathValue value) =>
        value is ScalarValue scalar ? scalar.Form : throw new MathSyntaxException("a relation between things that are no numbers");
}
