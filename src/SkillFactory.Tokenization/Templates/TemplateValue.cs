using System.Collections;
using System.Globalization;

namespace SkillFactory.Tokenization.Templates;

/// <summary>
/// Template values with Python's rules for truth, equality, order and text. A value is null (None), <see cref="Undefined"/>, bool, long,
/// double, string, a list, a <see cref="TemplateTuple"/>, a dictionary with string keys, or a function.
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
            double d => PythonLiterals.Number(d),
            string s => s,
            IList or IDictionary<string, object?> => PythonLiterals.Repr(value, line),
            _ when value == Undefined => "",
            _ => throw new TemplateException(line, $"writing {NameOf(value)} as text is not supported"),
        };

    public static new bool Equals(object? a, object? b) =>
        (a, b) switch
        {
            (string x, string y) => x == y,
            (IDictionary<string, object?> x, IDictionary<string, object?> y) => x.Count == y.Count
                && x.All(p => y.TryGetValue(p.Key, out var other) && Equals(p.Value, other)),
            (IList x, IList y) => x is TemplateTuple == y is TemplateTuple
                && x.Count == y.Count
                && x.Cast<object?>().Zip(y.Cast<object?>()).All(p => Equals(p.First, p.Second)),
            _ when TemplateNumber.Of(a) is { } x && TemplateNumber.Of(b) is { } y => x.CompareTo(y) == 0,
            _ => ReferenceEquals(a, b),
        };

    public static int Compare(object? a, object? b, int line)
    {
        switch (a, b)
        {
            case (string x, string y):
                return PythonText.Compare(x, y);
            case (IList x, IList y) when x is TemplateTuple == y is TemplateTuple:
                for (var i = 0; i < Math.Min(x.Count, y.Count); i++)
                {
                    if (!Equals(x[i], y[i]))
                    {
                        return Compare(x[i], y[i], line);
                    }
                }

                return x.Count.CompareTo(y.Count);
            case (_, _) when TemplateNumber.Of(a) is { } x && TemplateNumber.Of(b) is { } y:
                return x.CompareTo(y);
            default:
                throw new TemplateException(line, $"{NameOf(a)} and {NameOf(b)} cannot be compared");
        }
    }

    public static bool Contains(object? container, object? item, int line) =>
        container switch
        {
            string text when item is string part => text.Contains(part, StringComparison.Ordinal),
            IDictionary<string, object?> map => item is string key && map.ContainsKey(key),
            IList list => list.Cast<object?>().Any(x => Equals(x, item)),
            _ when container == Undefined => false,
            _ => throw new TemplateException(line, $"'in' cannot look into {NameOf(container)}"),
        };

    /// <summary>The value of a dictionary key, an element of a list (a negative index counts from the end), or a character;
    /// <see cref="Undefined"/> when there is none.</summary>
    public static object? Member(object? target, object? key, int line)
    {
        if (target == Undefined)
        {
            throw new TemplateException(line, $"'{key}' is asked of something undefined");
        }

        return (target, key is bool flag ? (flag ? 1L : 0L) : key) switch
        {
            (IDictionary<string, object?> map, string name) => map.TryGetValue(name, out var value) ? value : Undefined,
            (IList list, long i) => At(i, list.Count) is { } at ? list[at] : Undefined,
            (string text, long i) => PythonText.Points(text) is var points && At(i, points.Count) is { } at ? points[at] : Undefined,
            _ => Undefined,
        };
    }

    public static object? Slice(object? target, long? from, long? to, long? step, int line) =>
        target switch
        {
            string text => string.Concat(Slice(PythonText.Points(text), from, to, step, line)),
            TemplateTuple tuple => new TemplateTuple(Slice(tuple, from, to, step, line)),
            IList list => Slice(list.Cast<object?>().ToList(), from, to, step, line),
            _ when target == Undefined => throw new TemplateException(line, "something undefined is sliced"),
            _ => throw new TemplateException(line, $"{NameOf(target)} cannot be sliced"),
        };

    public static IEnumerable<object?> Items(object? value, int line) =>
        value switch
        {
            string text => PythonText.Points(text),
            IDictionary<string, object?> map => map.Keys,
            IList list => list.Cast<object?>(),
            _ when value == Undefined => [],
            _ => throw new TemplateException(line, $"{NameOf(value)} cannot be looped over"),
        };

    public static long Length(object? value, int line) =>
        value switch
        {
            string s => PythonText.Length(s),
            ICollection c => c.Count,
            _ when value == Undefined => 0,
            _ => throw new TemplateException(line, $"{NameOf(value)} has no length"),
        };

    public static string NameOf(object? value) =>
        value switch
        {
            null => "none",
            bool => "a boolean",
            long or double => "a number",
            string => "a string",
            IDictionary => "a dictionary",
            TemplateTuple => "a tuple",
            IList => "a list",
            _ => value == Undefined ? "something undefined" : "a function",
        };

    private static int? At(long index, int count) => (index < 0 ? index + count : index) is >= 0 and var i && i < count ? (int)i : null;

    private static List<T> Slice<T>(List<T> items, long? from, long? to, long? step, int line)
    {
        var by = step ?? 1;
        if (by == 0)
        {
            throw new TemplateException(line, "a slice has step 0");
        }

        var (low, high) = by > 0 ? (0L, (long)items.Count) : (-1L, items.Count - 1L);
        long Bound(long? given, long otherwise) => given is { } g ? Math.Clamp(g < 0 ? g + items.Count : g, low, high) : otherwise;
        var sliced = new List<T>();
        var end = Bound(to, by > 0 ? high : low);
        for (var i = Bound(from, by > 0 ? low : high); by > 0 ? i < end : i > end; i += by)
        {
            sliced.Add(items[(int)i]);
        }

        return sliced;
    }
}
