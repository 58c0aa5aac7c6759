using System.Collections;

namespace SkillFactory.Tokenization.Templates;

/// <summary>Python's numbers: whole ones (64 bits here; a larger result is an error) and floating ones; true counts as 1.</summary>
internal readonly record struct TemplateNumber(long Whole, double Real, bool IsWhole) : IComparable<TemplateNumber>
{
    private const int MaxRepeated = 1_000_000;

    public double AsReal => IsWhole ? Whole : Real;

    /// <summary>Null when the value is not a number.</summary>
    public static TemplateNumber? Of(object? value) =>
        value switch
        {
            long n => new(n, 0, true),
            double d => new(0, d, false),
            bool b => new(b ? 1 : 0, 0, true),
            _ => null,
        };

    public int CompareTo(TemplateNumber other) => IsWhole && other.IsWhole ? Whole.CompareTo(other.Whole) : AsReal.CompareTo(other.AsReal);

    /// <summary>The result of an arithmetic operator, which also joins and repeats strings and lists.</summary>
    public static object? Arithmetic(string op, object? a, object? b, int line)
    {
        try
        {
            return (op, a, b) switch
            {
                ("+", string x, string y) => x + y,
                ("+", TemplateTuple x, TemplateTuple y) => new TemplateTuple(x.Concat(y)),
                ("+", IList x, IList y) when x is not TemplateTuple && y is not TemplateTuple => x.Cast<object?>()
                    .Concat(y.Cast<object?>())
                    .ToList(),
                ("*", string or IList, long times) => Repeated(a, times),
                ("*", long times, string or IList) => Repeated(b, times),
                _ when Of(a) is { } x && Of(b) is { } y => x.IsWhole && y.IsWhole
                    ? OfWhole(op, x.Whole, y.Whole)
                    : OfReal(op, x.AsReal, y.AsReal),
                _ => null,
            } ?? throw new TemplateException(line, $"'{op}' cannot be applied to {TemplateValue.NameOf(a)} and {TemplateValue.NameOf(b)}");
        }
        catch (DivideByZeroException)
        {
            throw new TemplateException(line, "division by zero");
        }
        catch (OverflowException)
        {
            throw new TemplateException(line, $"'{op}' gives a value that is too large");
        }
    }

    public static object Negative(object? value, int line) =>
        Of(value) switch
        {
            { IsWhole: true, Whole: var whole } => (object)-whole,
            { Real: var real } => -real,
            null => throw new TemplateException(line, $"'-' cannot be applied to {TemplateValue.NameOf(value)}"),
        };

    private static object? OfWhole(string op, long x, long y)
    {
        checked
        {
            switch (op)
            {
                case "+":
                    return x + y;
                case "-":
                    return x - y;
                case "*":
                    return x * y;
                case "/":
                    return y == 0 ? throw new DivideByZeroException() : (double)x / y;
                case "//" or "%":
                    var floor = (x / y) - (x % y != 0 && (x < 0) != (y < 0) ? 1 : 0);
                    return op == "//" ? floor : x - (floor * y);
                case "**" when y >= 0:
                    var power = System.Numerics.BigInteger.Pow(x, (int)Math.Min(y, 4096));
                    return (long)power;
                case "**":
                    return x == 0 ? throw new DivideByZeroException() : Math.Pow(x, y);
                default:
                    return null;
            }
        }
    }

    private static object? OfReal(string op, double x, double y) =>
        op switch
        {
            "+" => x + y,
            "-" => x - y,
            "*" => x * y,
            "/" or "//" or "%" when y == 0 => throw new DivideByZeroException(),
            "/" => x / y,
            "//" => DivideToFloor(x, y).Quotient,
            "%" => DivideToFloor(x, y).Modulo,
            "**" => Math.Pow(x, y),
            _ => null,
        };

    /// <summary>Python's <c>divmod</c>: the modulo has the sign of the divisor.</summary>
    private static (double Quotient, double Modulo) DivideToFloor(double x, double y)
    {
        var modulo = x % y;
        var quotient = (x - modulo) / y;
        if (modulo != 0 && (y < 0) != (modulo < 0))
        {
            modulo += y;
            quotient -= 1;
        }

        modulo = modulo == 0 ? Math.CopySign(0, y) : modulo;
        if (quotient == 0)
        {
            return (Math.CopySign(0, x / y), modulo);
        }

        var floor = Math.Floor(quotient);
        return (quotient - floor > 0.5 ? floor + 1 : floor, modulo);
    }

    private static object Repeated(object? value, long times)
    {
        var count = (int)Math.Clamp(times, 0, MaxRepeated);
        if (times > MaxRepeated || (long)count * (value as string ?? "").Length > MaxRepeated)
        {
            throw new OverflowException();
        }

        return value switch
        {
            string text => string.Concat(Enumerable.Repeat(text, count)),
            TemplateTuple tuple => new TemplateTuple(Enumerable.Repeat(tuple, count).SelectMany(t => t)),
            _ => Enumerable.Repeat(((IList)value!).Cast<object?>().ToList(), count).SelectMany(t => t).ToList(),
        };
    }
}
