namespace SkillFactory.Grading;

/// <summary>What an expression computes, up to the order of operands and the placing of parentheses: a number, or a flat sum or product
/// with inverses marked. (8-6)*4 and 4*(8-6) have the same shape, as have a-(b-c) and a+c-b; a*(b+c) and a*b+a*c have not.</summary>
public sealed class ExpressionShape
{
    private readonly Rational _number;
    private readonly char _kind; // '+' for sums, '*' for products, '\0' for a number
    private readonly List<(bool Inverse, ExpressionShape Item)> _items = [];
    private string? _text;

    private ExpressionShape(Rational number, char kind) => (_number, _kind) = (number, kind);

    public static ExpressionShape Number(Rational value) => new(value, '\0');

    public static ExpressionShape Combine(ExpressionShape left, char op, ExpressionShape right)
    {
        var shape = new ExpressionShape(default, op is '+' or '-' ? '+' : '*');
        shape.Take(left, inverse: false);
        shape.Take(right, inverse: op is '-' or '/');
        return shape;
    }

    /// <summary>The same shape with some numbers replaced by what they stand for.</summary>
    /// <param name="meaning">What a number stands for, or null for itself. Asked once per number, in an order of no meaning.</param>
    public ExpressionShape Replace(Func<Rational, ExpressionShape?> meaning)
    {
        if (_kind == '\0')
        {
            return meaning(_number) ?? this;
        }

        var replaced = new ExpressionShape(default, _kind);
        foreach (var (inverse, item) in _items)
        {
            replaced.Take(item.Replace(meaning), inverse);
        }

        return replaced;
    }

    /// <summary>Equal exactly for equal shapes: "(+ 4 -2 (* 8 6))", items in a fixed order.</summary>
    public override string ToString() =>
        _text ??=
            _kind == '\0'
                ? _number.ToString()
                : $"({_kind} {string.Join(' ', _items.Select(i => i.Inverse ? $"~{i.Item}" : i.Item.ToString()).Order(StringComparer.Ordinal))})";

    private void Take(ExpressionShape part, bool inverse)
    {
        if (part._kind != _kind)
        {
            _items.Add((inverse, part));
            return;
        }

        foreach (var (inner, item) in part._items)
        {
            _items.Add((inner != inverse, item));
        }
    }
}
