namespace SkillFactory.Grading.Maths;

/// <summary>A mathematical answer. Values with equal normal forms have the same text.</summary>
internal abstract record MathValue
{
    /// <summary>Whether it contains letters that stand for numbers.</summary>
    public virtual bool HasVariables => false;
}

/// <param name="Unit">The unit, when it is a known one.</param>
/// <param name="Percent">Whether a percent sign follows. It may be part of the number or its unit; both readings count.</param>
internal sealed record ScalarValue(Form Form, string? Unit = null, bool Percent = false) : MathValue
{
    public override bool HasVariables => Form.Variables.Any();

    public override string ToString() => $"{Form}{(Percent ? "%" : "")}{(Unit is null ? "" : $" {Unit}")}";
}

internal sealed record InfinityValue(int Sign) : MathValue
{
    public override string ToString() => Sign > 0 ? "inf" : "-inf";
}

/// <summary>A numeral in a given base: 1011_2.</summary>
internal sealed record NumeralValue(string Digits, string Base) : MathValue
{
    public override string ToString() => $"{Digits} base {Base}";
}

/// <summary>An ordered tuple: (a, b, …).</summary>
internal sealed record TupleValue(IReadOnlyList<MathValue> Items) : MathValue
{
    public override bool HasVariables => Items.Any(i => i.HasVariables);

    public override string ToString() => $"({string.Join(", ", Items)})";
}

/// <summary>{a, b, …} or a bare list. Order and repetitions do not matter.</summary>
/// <param name="IsBare">Whether it is written without braces.</param>
internal sealed record SetValue(IReadOnlyList<MathValue> Items, bool IsBare) : MathValue
{
    /// <summary>Whether the items are the values of several names, "x = 3, y = 5", so that an unnamed list has to be in their
    /// order.</summary>
    public bool IsAssignment { get; } =
        Items.All(i => i is EquationValue { Name: not null }) && Items.Select(i => ((EquationValue)i).Name).Distinct().Count() > 1;

    public override bool HasVariables => Items.Any(i => i.HasVariables);

    /// <summary>Whether a name has several values.</summary>
    public bool RepeatsNames => IsAssignment && Items.Select(i => ((EquationValue)i).Name).Distinct().Count() < Items.Count;

    public override string ToString()
    {
        var items = Items.Select(i => IsAssignment ? $"{((EquationValue)i).Name} = {i}" : i.ToString()!);
        return $"{{{string.Join(", ", RepeatsNames ? items : items.Distinct().Order(StringComparer.Ordinal))}}}";
    }
}

/// <summary>A union of intervals and points in increasing order, none of which touch.</summary>
internal sealed record IntervalsValue(IReadOnlyList<Interval> Parts) : MathValue
{
    public override bool HasVariables => Parts.Any(p => p.Low.HasVariables || p.High.HasVariables);

    public override string ToString() => string.Join(" u ", Parts);
}

/// <summary>An interval whose bounds are scalars or infinities.</summary>
internal sealed record Interval(MathValue Low, bool LowClosed, MathValue High, bool HighClosed)
{
    public static readonly Interval Everything = new(new InfinityValue(-1), false, new InfinityValue(1), false);

    public override string ToString() => $"{(LowClosed ? '[' : '(')}{Low}, {High}{(HighClosed ? ']' : ')')}";
}

internal sealed record MatrixValue(IReadOnlyList<IReadOnlyList<MathValue>> Rows) : MathValue
{
    public override bool HasVariables => Rows.Any(r => r.Any(i => i.HasVariables));

    public override string ToString() => $"[{string.Join("; ", Rows.Select(r => string.Join(", ", r)))}]";
}

/// <param name="Name">The left side when it is a name: x, f(x).</param>
/// <param name="Right">The value of the right side.</param>
/// <param name="Difference">Left minus right, when both sides are expressions.</param>
internal sealed record EquationValue(string? Name, MathValue Right, Form? Difference) : MathValue
{
    public override bool HasVariables => Name is null || Right.HasVariables;

    // The canonical form of "x = 5" is that of 5, so that both count as the same vote.
    public override string ToString() => Name is not null ? Right.ToString()! : $"{Difference} = 0";
}

/// <param name="Difference">The expression that is compared with zero.</param>
/// <param name="Relation">"&gt;", "&gt;=" or "!=".</param>
/// <param name="Bounds">The same as an interval of the letter on one side, when the other side does not contain it: y ≤ 5 − x.</param>
internal sealed record InequalityValue(Form Difference, string Relation, IntervalsValue? Bounds = null) : MathValue
{
    public override bool HasVariables => true;

    public override string ToString() => $"{Difference} {Relation} 0";
}

/// <param name="Text">Letters and digits only, in upper case.</param>
internal sealed record TextValue(string Text) : MathValue
{
    public override string ToString() => $"'{Text}'";
}
