namespace SkillFactory.Grading;

/// <summary>What an expression computes, independent of the order of operands and the placing of parentheses: a number, or a flat sum or
/// product with marked inverses. (8-6)*4 and 4*(8-6) have the same shape, and so do a-(b-c) and a+c-b. The shapes of a*(b+c) and a*b+a*c
/// differ.</summary>
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
        shape.Append(left, inverse: false);
        shape.Append(right, inverse: op is '-' or '/');
        return shape;
    }

    /// <summary>Returns the shape with some of its numbers replaced.</summary>
    /// <param name="meaning">The replacement of a number, or null to keep it. Called once per number, in no particular order.</param>
    public ExpressionShape Replace(Func<Rational, ExpressionShape?> meaning)
    {
        if (_kind == '\0')
        {
            return meaning(_number) ?? this;
        }

        var replaced = new ExpressionShape(default, _kind);
        foreach (var (inverse, item) in _items)
        {
            replaced.Append(item.Replace(meaning), inverse);
        }

        return replaced;
    }

    /// <summary>Canonical text such as "(+ 4 -2 (* 8 6))": two shapes are equal exactly when their texts are.</summary>
    public override string ToString() =>
        _text ??= _kind == '\0' ? _number.ToString() : $"({_kind} {string.Join(' ', ItemTexts().Order(StringComparer.Ordinal))})";

    private IEnumerable<string> ItemTexts() => _items.Select(i => i.Inverse ? $"~{i.Item}" : i.Item.ToString());

    private void Append(ExpressionShape part, bool inverse)
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
