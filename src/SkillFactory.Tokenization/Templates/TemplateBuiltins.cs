using System.Collections;

namespace SkillFactory.Tokenization.Templates;

internal delegate object? TemplateFunction(IReadOnlyList<object?> arguments, IReadOnlyDictionary<string, object?> named, int line);

/// <summary>The filters, tests, methods and global functions of chat templates. Using any other one is an error that names it.</summary>
internal static class TemplateBuiltins
{
    private const long MaxRangeLength = 100_000;

    public static object? Filter(string name, object? value, IReadOnlyList<object?> arguments, int line) =>
        (name, value) switch
        {
            ("default" or "d", _) => value == TemplateValue.Undefined
            || (arguments.Count > 1 && TemplateValue.IsTrue(arguments[1]) && !TemplateValue.IsTrue(value))
                ? arguments.Count > 0
                    ? arguments[0]
                    : ""
                : value,
            ("trim", _) => Strip(TemplateValue.Text(value, line), arguments, StripSides.Both),
            ("upper", _) => TemplateValue.Text(value, line).ToUpperInvariant(),
            ("lower", _) => TemplateValue.Text(value, line).ToLowerInvariant(),
            ("capitalize", _) => Capitalize(TemplateValue.Text(value, line)),
            ("string", _) => TemplateValue.Text(value, line),
            ("safe", _) => value,
            ("length" or "count", _) => Length(value, line),
            ("list", _) => TemplateValue.Items(value, line).ToList(),
            ("first", _) => TemplateValue.Items(value, line).DefaultIfEmpty(TemplateValue.Undefined).First(),
            ("last", _) => TemplateValue.Items(value, line).DefaultIfEmpty(TemplateValue.Undefined).Last(),
            ("join", _) => string.Join(
                arguments.Count > 0 ? TemplateValue.Text(arguments[0], line) : "",
                TemplateValue.Items(value, line).Select(i => TemplateValue.Text(i, line))
            ),
            ("replace", _) when arguments is [string from, string to] && from.Length > 0 => TemplateValue
                .Text(value, line)
                .Replace(from, to, StringComparison.Ordinal),
            ("items", _) => Pairs(value, line),
            _ => throw new TemplateException(line, $"the filter '{name}' is not supported here"),
        };

    public static bool Test(string name, object? value, IReadOnlyList<object?> arguments, int line) =>
        name switch
        {
            "defined" => value != TemplateValue.Undefined,
            "undefined" => value == TemplateValue.Undefined,
            "none" => value is null,
            "string" => value is string,
            "number" => value is long or double,
            "integer" => value is long,
            "boolean" => value is bool,
            "true" => value is true,
            "false" => value is false,
            "mapping" => value is IDictionary<string, object?>,
            "iterable" or "sequence" => value is string or ICollection,
            "equalto" or "eq" when arguments.Count == 1 => TemplateValue.Equals(value, arguments[0]),
            "in" when arguments.Count == 1 => TemplateValue.Contains(arguments[0], value, line),
            _ => throw new TemplateException(line, $"the test 'is {name}' is not supported"),
        };

    public static object? Method(object? target, string name, IReadOnlyList<object?> arguments, int line) =>
        (target, name) switch
        {
            (string s, "strip") => Strip(s, arguments, StripSides.Both),
            (string s, "lstrip") => Strip(s, arguments, StripSides.Start),
            (string s, "rstrip") => Strip(s, arguments, StripSides.End),
            (string s, "upper") => s.ToUpperInvariant(),
            (string s, "lower") => s.ToLowerInvariant(),
            (string s, "capitalize") => Capitalize(s),
            (string s, "startswith") when arguments is [string part] => s.StartsWith(part, StringComparison.Ordinal),
            (string s, "endswith") when arguments is [string part] => s.EndsWith(part, StringComparison.Ordinal),
            (string s, "replace") when arguments is [string from, string to] && from.Length > 0 => s.Replace(
                from,
                to,
                StringComparison.Ordinal
            ),
            (string s, "split") => Split(s, arguments, line),
            (IDictionary<string, object?>, "items") => Pairs(target, line),
            (IDictionary<string, object?> map, "get") when arguments is [string key, ..] => map.TryGetValue(key, out var value) ? value
            : arguments.Count > 1 ? arguments[1]
            : null,
            _ => throw new TemplateException(
                line,
                $"the method '{name}' of {TemplateValue.NameOf(target)} (with {arguments.Count} argument(s)) is not supported"
            ),
        };

    /// <summary>Global functions. The clock (<c>strftime_now</c>) is undefined, because a prompt must not depend on the date.</summary>
    public static Dictionary<string, object?> Globals() =>
        new(StringComparer.Ordinal)
        {
            ["raise_exception"] = (TemplateFunction)(
                (arguments, _, line) =>
                    throw new TemplateException(
                        line,
                        $"the template refuses these messages: {(arguments.Count > 0 ? TemplateValue.Text(arguments[0], line) : "")}"
                    )
            ),
            ["namespace"] = (TemplateFunction)((_, named, _) => new Dictionary<string, object?>(named, StringComparer.Ordinal)),
            ["range"] = (TemplateFunction)Range,
        };

    private static List<object?> Range(IReadOnlyList<object?> arguments, IReadOnlyDictionary<string, object?> named, int line)
    {
        var numbers = arguments.OfType<long>().ToArray();
        var (from, to, step) = numbers.Length switch
        {
            1 => (0L, numbers[0], 1L),
            2 => (numbers[0], numbers[1], 1L),
            3 => (numbers[0], numbers[1], numbers[2]),
            _ => (0, 0, 0),
        };
        if (step == 0 || Math.Abs((decimal)to - from) > MaxRangeLength)
        {
            throw new TemplateException(line, "range takes one to three whole numbers, a step other than 0, and spans at most 100000");
        }

        var items = new List<object?>();
        for (var i = from; step > 0 ? i < to : i > to; i += step)
        {
            items.Add(i);
        }

        return items;
    }

    private static long Length(object? value, int line) =>
        value switch
        {
            string s => s.Length,
            ICollection c => c.Count,
            _ when value == TemplateValue.Undefined => 0,
            _ => throw new TemplateException(line, $"{TemplateValue.NameOf(value)} has no length"),
        };

    private static List<object?> Pairs(object? value, int line) =>
        value is IDictionary<string, object?> map
            ? [.. map.Select(p => (object?)new List<object?> { p.Key, p.Value })]
            : throw new TemplateException(line, $"{TemplateValue.NameOf(value)} has no items");

    private static List<object?> Split(string text, IReadOnlyList<object?> arguments, int line) =>
        arguments switch
        {
            [] => [.. text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)],
            [string { Length: > 0 } separator] => [.. text.Split(separator)],
            [string { Length: > 0 } separator, long most and >= 0] => [.. text.Split(separator, (int)Math.Min(most, int.MaxValue - 1) + 1)],
            _ => throw new TemplateException(line, "split takes a separator and a count"),
        };

    private static string Strip(string text, IReadOnlyList<object?> arguments, StripSides sides)
    {
        var chars = arguments is [string given] ? given.ToCharArray() : null;
        return sides switch
        {
            StripSides.Start => text.TrimStart(chars),
            StripSides.End => text.TrimEnd(chars),
            _ => text.Trim(chars),
        };
    }

    private static string Capitalize(string text) =>
        text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..].ToLowerInvariant();

    private enum StripSides
    {
        Both,
        Start,
        End,
    }
}
