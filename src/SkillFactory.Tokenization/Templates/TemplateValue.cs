using System.Collections;
using System.Globalization;

namespace SkillFactory.Tokenization.Templates;

/// <summary>
/// Template values with Python's rules for truth, equality and text. A value is null (None), <see cref="Undefined"/>, bool, long, double,
/// string, a list, a dictionary with string keys, or a function.
/// </summary>
internal static class TemplateValue
{
    /// <summary>The value of a name or member that does not exist.</summary>
    public static readonly object Undefined = new();

    public static bool IsTrue(object? value) =>
        value switch
        {
            null => false,
            bool b => b,
            long n => n != 0,
            double d => d != 0,
            string s => s.Length > 0,
            ICollection c => c.Count > 0,
            _ => value != Undefined,
        };

    public static string Text(object? value, int line) =>
        value switch
        {
            null => "None",
            bool b => b ? "True" : "False",
            long n => n.ToString(CultureInfo.InvariantCulture),
            string s => s,
            _ when value == Undefined => "",
            _ => throw new TemplateException(line, $"writing {NameOf(value)} as text is not supported"),
        };

    public static new bool Equals(object? a, object? b) =>
        (a, b) switch
        {
            (string x, string y) => x == y,
            (IList x, IList y) => x.Count == y.Count && x.Cast<object?>().Zip(y.Cast<object?>()).All(p => Equals(p.First, p.Second)),
            _ when Number(a) is { } x && Number(b) is { } y => x == y,
            _ => ReferenceEquals(a, b),
        };

    public static int Compare(object? a, object? b, int line) =>
        (a, b) switch
        {
            (string x, string y) => string.CompareOrdinal(x, y),
            _ when Number(a) is { } x && Number(b) is { } y => x.CompareTo(y),
            _ => throw new TemplateException(line, $"{NameOf(a)} and {NameOf(b)} cannot be compared"),
        };

    public static bool Contains(object? container, object? item, int line) =>
        container switch
        {
            string text when item is string part => text.Contains(part, StringComparison.Ordinal),
            IDictionary<string, object?> map => item is string key && map.ContainsKey(key),
            IList list => list.Cast<object?>().Any(x => Equals(x, item)),
            _ => throw new TemplateException(line, $"'in' cannot look into {NameOf(container)}"),
        };

    public static object? Arithmetic(string op, object? a, object? b, int line)
    {
        switch (op, a, b)
        {
            case ("+", string x, string y):
                return x + y;
            case ("+", IList x, IList y):
                return x.Cast<object?>().Concat(y.Cast<object?>()).ToList();
            case ("/", _, _) when Number(a) is { } x && Number(b) is { } y && y != 0:
                return x / y;
            case ("%" or "//", long, 0L):
                throw new TemplateException(line, "division by zero");
            case (_, long x, long y):
                var floor = y == 0 ? 0 : (x / y) - (x % y != 0 && (x < 0) != (y < 0) ? 1 : 0);
                return op switch
                {
                    "+" => x + y,
                    "-" => x - y,
                    "*" => x * y,
                    "//" => floor,
                    "%" => x - (floor * y),
                    _ => null,
                };
            case (_, _, _) when op is "+" or "-" or "*" && Number(a) is { } x && Number(b) is { } y && a is not bool && b is not bool:
                return op switch
                {
                    "+" => x + y,
                    "-" => x - y,
                    _ => x * y,
                };
            default:
                throw new TemplateException(line, $"'{op}' cannot be applied to {NameOf(a)} and {NameOf(b)}");
        }
    }

    /// <summary>The value of a dictionary key, an element of a list (a negative index counts from the end), or a character;
    /// <see cref="Undefined"/> when there is none.</summary>
    public static object? Member(object? target, object? key, int line)
    {
        if (target == Undefined)
        {
            throw new TemplateException(line, $"'{key}' is asked of something undefined");
        }

        return (target, key) switch
        {
            (IDictionary<string, object?> map, string name) => map.TryGetValue(name, out var value) ? value : Undefined,
            (IList list, long i) => (i < 0 ? i + list.Count : i) is >= 0 and var k && k < list.Count ? list[(int)k] : Undefined,
            (string text, long i) => (i < 0 ? i + text.Length : i) is >= 0 and var k && k < text.Length
                ? text[(int)k].ToString()
                : Undefined,
            _ => Undefined,
        };
    }

    public static object? Slice(object? target, long? from, long? to, long? step, int line)
    {
        if (target is string text)
        {
            return string.Concat(Slice(text.Select(c => (object?)c.ToString()).ToList(), from, to, step, line));
        }

        return target is IList list
            ? Slice(list.Cast<object?>().ToList(), from, to, step, line)
            : throw new TemplateException(line, $"{NameOf(target)} cannot be sliced");
    }

    public static IEnumerable<object?> Items(object? value, int line) =>
        value switch
        {
            string text => text.Select(c => (object?)c.ToString()),
            IDictionary<string, object?> map => map.Keys,
            IList list => list.Cast<object?>(),
            _ when value == Undefined => [],
            _ => throw new TemplateException(line, $"{NameOf(value)} cannot be looped over"),
        };

    public static string NameOf(object? value) =>
        value switch
        {
            null => "none",
            bool => "a boolean",
            long or double => "a number",
            string => "a string",
            IDictionary => "a dictionary",
            IList => "a list",
            _ => value == Undefined ? "something undefined" : "a function",
        };

    private static List<object?> Slice(List<object?> items, long? from, long? to, long? step, int line)
    {
        var by = step ?? 1;
        if (by == 0)
        {
            throw new TemplateException(line, "a slice has step 0");
        }

        var (low, high) = by > 0 ? (0L, (long)items.Count) : (-1L, items.Count - 1L);
        long Bound(long? given, long otherwise) => given is { } g ? Math.Clamp(g < 0 ? g + items.Count : g, low, high) : otherwise;
        var sliced = new List<object?>();
        var end = Bound(to, by > 0 ? high : low);
        for (var i = Bound(from, by > 0 ? low : high); by > 0 ? i < end : i > end; i += by)
        {
            sliced.Add(items[(int)i]);
        }

        return sliced;
    }

    private static double? Number(object? value) =>
        value switch
        {
            long n => n,
            double d => d,
            bool b => b ? 1 : 0,
            _ => null,
        };
}
