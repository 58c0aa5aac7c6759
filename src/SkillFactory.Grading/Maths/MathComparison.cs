using SkillFactory.Grading.Quantities;

namespace SkillFactory.Grading.Maths;

/// <summary>Compares an answer with the gold answer.</summary>
internal sealed class MathComparison(WorkBudget budget)
{
    private readonly Algebra _algebra = new(budget);

    private FormComparison Forms => new(_algebra);

    /// <exception cref="UndecidedException">Equality cannot be decided.</exception>
    /// <exception cref="LimitExceededException">It takes too much work.</exception>
    public bool AreEqual(MathValue gold, MathValue answer)
    {
        budget.Spend(50);
        return (gold, answer) switch
        {
            (EquationValue g, EquationValue a) => Equations(g, a),
            (EquationValue { Name: not null } g, _) => AreEqual(g.Right, answer),
            (_, EquationValue { Name: not null } a) => AreEqual(gold, a.Right),
            (ScalarValue g, ScalarValue a) => Scalars(g, a),
            (InfinityValue g, InfinityValue a) => g.Sign == a.Sign,
            (NumeralValue g, NumeralValue a) => g == a,
            (NumeralValue g, ScalarValue a) => a.Form.Constant?.ToString() == g.Digits.TrimStart('0'),
            (ScalarValue g, NumeralValue a) => g.Form.Constant?.ToString() == a.Digits.TrimStart('0'),
            (SetValue { IsAssignment: true } g, SetValue { IsAssignment: false } or TupleValue) => Assigned(g, answer, goldIsNamed: true),
            (SetValue { IsAssignment: false } or TupleValue, SetValue { IsAssignment: true } a) => Assigned(a, gold, goldIsNamed: false),
            (SetValue g, SetValue a) => g.RepeatsNames || a.RepeatsNames ? InOrder(g.Items, a.Items) : Sets(g.Items, a.Items),
            (SetValue { Items: [var only] }, _) => AreEqual(only, answer),
            (SetValue { Items.Count: > 0 } g, ScalarValue) => g.Items.All(i => AreEqual(i, answer)),
            (ScalarValue, SetValue { Items.Count: > 0 } a) => a.Items.All(i => AreEqual(gold, i)),
            (_, SetValue { Items: [var only] }) => AreEqual(gold, only),
            (IntervalsValue or TupleValue, SetValue { IsBare: true, Items: [IntervalsValue, ..] }) => throw Unjoined(),
            (SetValue { IsBare: true, Items: [IntervalsValue, ..] }, IntervalsValue or TupleValue) => throw Unjoined(),
            (TupleValue g, SetValue { IsBare: true } a) => InOrder(g.Items, a.Items),
            (SetValue { IsBare: true } g, TupleValue a) => InOrder(g.Items, a.Items),
            (TupleValue g, TupleValue a) => InOrder(g.Items, a.Items),
            (IntervalsValue or TupleValue, IntervalsValue or TupleValue) => Intervals.TryOf(gold) is { } g
                && Intervals.TryOf(answer) is { } a
                && g.Parts.Count == a.Parts.Count
                && g.Parts.Zip(a.Parts).All(p => Same(p.First, p.Second)),
            (IntervalsValue g, SetValue { IsBare: false }) => Intervals.TryOf(answer) is { } a && AreEqual(g, a),
            (MatrixValue g, MatrixValue a) => g.Rows.Count == a.Rows.Count && g.Rows.Zip(a.Rows).All(r => InOrder(r.First, r.Second)),
            (InequalityValue g, InequalityValue a) => g.Relation == a.Relation
                && Forms.AreProportional(g.Difference, a.Difference, positively: g.Relation != "!="),
            (InequalityValue g, IntervalsValue or TupleValue) => g.Bounds is { } bounds ? AreEqual(bounds, answer) : throw Unsolved(),
            (IntervalsValue or TupleValue, InequalityValue a) => a.Bounds is { } bounds ? AreEqual(gold, bounds) : throw Unsolved(),
            _ => false,
        };
    }

    private bool Equations(EquationValue gold, EquationValue answer) =>
        gold.Name is not null && gold.Name == answer.Name ? AreEqual(gold.Right, answer.Right)
        : gold.Difference is { } g && answer.Difference is { } a ? Forms.AreProportional(g, a, positively: false)
        : gold.Difference is null && answer.Difference is null && AreEqual(gold.Right, answer.Right);

    private bool Scalars(ScalarValue gold, ScalarValue answer)
    {
        if (Units.Differ(gold.Unit, answer.Unit))
        {
            return false;
        }

        if (gold.Percent == answer.Percent)
        {
            return Forms.AreEqual(gold.Form, answer.Form);
        }

        var (percent, plain) = gold.Percent ? (gold.Form, answer.Form) : (answer.Form, gold.Form);
        return Forms.AreEqual(percent, plain) || Forms.AreEqual(_algebra.Divide(percent, Form.Number(100)), plain);
    }

    private bool InOrder(IReadOnlyList<MathValue> gold, IReadOnlyList<MathValue> answer) =>
        gold.Count == answer.Count && gold.Zip(answer).All(p => AreEqual(p.First, p.Second));

    /// <summary>Whether each item of either list occurs in the other.</summary>
    private bool Sets(IReadOnlyList<MathValue> gold, IReadOnlyList<MathValue> answer) =>
        gold.All(g => answer.Any(a => AreEqual(g, a))) && answer.All(a => gold.Any(g => AreEqual(g, a)));

    /// <summary>Whether the values of several names are those of an unnamed list, in the order of the names.</summary>
    /// <exception cref="UndecidedException">They are only in the order as written, or only in alphabetical order.</exception>
    private bool Assigned(SetValue named, MathValue list, bool goldIsNamed)
    {
        var items = list is TupleValue tuple ? tuple.Items : ((SetValue)list).Items;
        var sorted = named.RepeatsNames ? named.Items : [.. named.Items.OrderBy(i => ((EquationValue)i).Name, StringComparer.Ordinal)];
        var (written, alphabetical) = (Ordered(named.Items), Ordered(sorted));
        return written == alphabetical
            ? written
            : throw new UndecidedException("the order of the names leaves open which value belongs to which");

        bool Ordered(IReadOnlyList<MathValue> values) => goldIsNamed ? InOrder(values, items) : InOrder(items, values);
    }

    private static UndecidedException Unjoined() => new("a list of inequalities leaves open whether all or one of them is meant");

    private static UndecidedException Unsolved() => new("an inequality that is not linear in one letter is not solved");

    private bool Same(Interval a, Interval b) =>
        a.LowClosed == b.LowClosed && a.HighClosed == b.HighClosed && AreEqual(a.Low, b.Low) && AreEqual(a.High, b.High);
}
