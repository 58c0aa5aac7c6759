using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace SkillFactory.Tokenization.Templates;

/// <summary>The filters of chat templates. Any other one is an error that names it.</summary>
internal static partial class TemplateFilters
{
    private static readonly FrozenSet<string> WithoutArguments = new[]
    {
        "upper",
        "lower",
        "capitalize",
        "title",
        "string",
        "safe",
        "length",
        "count",
        "list",
        "first",
        "last",
        "reverse",
        "items",
    }.ToFrozenSet(StringComparer.Ordinal);

    public static object? Apply(string name, object? value, TemplateArguments arguments)
    {
        var line = arguments.Line;
        switch (name)
        {
            case "default" or "d":
                var given = arguments.Bind("default_value", "boolean");
                return value == TemplateValue.Undefined || (TemplateArguments.Flag(given[1]) && !TemplateValue.IsTrue(value))
                    ? given[0] == TemplateValue.Undefined
                        ? ""
                        : given[0]
                    : value;
            case "trim":
                var characters = arguments.Bind("chars")[0];
                return PythonText.Strip(
                    TemplateValue.Text(value, line),
                    characters is null || characters == TemplateValue.Undefined ? null : arguments.Text(characters, "chars", ""),
                    start: true,
                    end: true
                );
            case "replace":
                var parts = arguments.Bind("old", "new", "count");
                return PythonText.Replace(
                    TemplateValue.Text(value, line),
                    TemplateValue.Text(parts[0], line),
                    TemplateValue.Text(parts[1], line),
                    parts[2] is null ? -1 : arguments.Whole(parts[2], "count", -1)
                );
            case "join":
                var join = arguments.Bind("d", "attribute");
                var items = TemplateValue.Items(value, line);
                return string.Join(
                    join[0] == TemplateValue.Undefined ? "" : TemplateValue.Text(join[0], line),
                    (join[1] is null || join[1] == TemplateValue.Undefined ? items : items.Select(i => Attribute(i, join[1], line))).Select(
                        i => TemplateValue.Text(i, line)
                    )
                );
            case "tojson":
                return Json(value, arguments);
            case "indent":
                return Indent(TemplateValue.Text(value, line), arguments);
            case "map":
                return Map(value, arguments);
            case "select" or "reject" or "selectattr" or "rejectattr":
                return Select(name, value, arguments);
            case "sort" or "unique" or "min" or "max" or "sum" or "dictsort":
                return TemplateSorting.Apply(name, value, arguments);
            case "int" or "float" or "round" or "abs":
                return Numeric(name, value, arguments);
        }

        if (!WithoutArguments.Contains(name))
        {
            throw new TemplateException(line, $"the filter '{name}' is not supported");
        }

        arguments.Bind();
        return name switch
        {
            "upper" => PythonText.Upper(TemplateValue.Text(value, line)),
            "lower" => PythonText.Lower(TemplateValue.Text(value, line)),
            "capitalize" => PythonText.Capitalize(TemplateValue.Text(value, line)),
            "title" => Title(TemplateValue.Text(value, line)),
            "string" => TemplateValue.Text(value, line),
            "safe" => value,
            "length" or "count" => TemplateValue.Length(value, line),
            "list" => TemplateValue.Items(value, line).ToList(),
            "first" => TemplateValue.Items(value, line).DefaultIfEmpty(TemplateValue.Undefined).First(),
            "last" => TemplateValue.Items(value, line).DefaultIfEmpty(TemplateValue.Undefined).Last(),
            "reverse" => value is string text
                ? string.Concat(PythonText.Points(text).AsEnumerable().Reverse())
                : TemplateValue.Items(value, line).Reverse().ToList(),
            _ => value == TemplateValue.Undefined ? new List<object?>() : Pairs(value, line),
        };
    }

    /// <summary>The pairs of a dictionary, as tuples.</summary>
    public static List<object?> Pairs(object? value, int line) =>
        value is IDictionary<string, object?> map
            ? [.. map.Select(p => (object?)new TemplateTuple([p.Key, p.Value]))]
            : throw new TemplateException(line, $"{TemplateValue.NameOf(value)} has no items");

    /// <summary>A member by a path of names and indices, such as "function.name".</summary>
    public static object? Attribute(object? item, object? path, int line) =>
        path is not string names
            ? TemplateValue.Member(item, path, line)
            : names
                .Split('.')
                .Aggregate(item, (value, name) => TemplateValue.Member(value, long.TryParse(name, out var index) ? index : name, line));

    private static string Json(object? value, TemplateArguments arguments)
    {
        var given = arguments.Bind("ensure_ascii", "indent", "separators", "sort_keys");
        var indent = given[1] switch
        {
            null => null,
            string text => text,
            _ when given[1] == TemplateValue.Undefined => null,
            _ => new string(' ', (int)Math.Clamp(arguments.Whole(given[1], "indent", 0), 0, 1000)),
        };
        var (item, key) = given[2] switch
        {
            System.Collections.IList { Count: 2 } pair => (
                TemplateValue.Text(pair[0], arguments.Line),
                TemplateValue.Text(pair[1], arguments.Line)
            ),
            var none when none is null || none == TemplateValue.Undefined => (indent is null ? ", " : ",", ": "),
            var other => throw arguments.Wrong("separators", other, "two strings"),
        };
        return new PythonJson(indent, item, key, TemplateArguments.Flag(given[3]), TemplateArguments.Flag(given[0]), arguments.Line).Write(
            value
        );
    }

    private static string Indent(string text, TemplateArguments arguments)
    {
        var given = arguments.Bind("width", "first", "blank");
        var indent = given[0] as string ?? new string(' ', (int)Math.Clamp(arguments.Whole(given[0], "width", 4), 0, 1000));
        var lines = PythonText.Lines(text + "\n");
        var indented = TemplateArguments.Flag(given[2])
            ? string.Join("\n" + indent, lines)
            : lines[0] + string.Concat(lines.Skip(1).Select(l => "\n" + (l.Length > 0 ? indent + l : l)));
        return TemplateArguments.Flag(given[1]) ? indent + indented : indented;
    }

    private static List<object?> Map(object? value, TemplateArguments arguments)
    {
        var items = TemplateValue.Items(value, arguments.Line);
        if (arguments.Positional.Count == 0)
        {
            var given = arguments.Bind("attribute", "default");
            return
            [
                .. items.Select(i =>
                    Attribute(i, given[0], arguments.Line) is var member && member == TemplateValue.Undefined ? given[1] : member
                ),
            ];
        }

        var filter = arguments.Text(arguments.Positional[0], "the filter's name", "");
        return [.. items.Select(i => Apply(filter, i, arguments.After(1, $"the filter '{filter}'")))];
    }

    private static List<object?> Select(string name, object? value, TemplateArguments arguments)
    {
        var byAttribute = name.EndsWith("attr", StringComparison.Ordinal);
        var skipped = byAttribute ? 1 : 0;
        if (arguments.Positional.Count < skipped)
        {
            throw new TemplateException(arguments.Line, $"{arguments.What} needs the name of an attribute");
        }

        var test = arguments.Positional.Count > skipped ? arguments.Text(arguments.Positional[skipped], "the test's name", "") : null;
        return [.. TemplateValue.Items(value, arguments.Line).Where(i => Holds(i) == name.StartsWith("select", StringComparison.Ordinal))];

        bool Holds(object? item)
        {
            var tested = byAttribute ? Attribute(item, arguments.Positional[0], arguments.Line) : item;
            return test is null
                ? TemplateValue.IsTrue(tested)
                : TemplateTests.Holds(test, tested, arguments.After(skipped + 1, $"the test '{test}'"));
        }
    }

    private static object? Numeric(string name, object? value, TemplateArguments arguments)
    {
        switch (name)
        {
            case "int":
                var whole = arguments.Bind("default")[0];
                return PythonNumbers.ToWhole(value, arguments.Line) ?? (whole == TemplateValue.Undefined ? 0L : whole);
            case "float":
                var real = arguments.Bind("default")[0];
                return PythonNumbers.ToReal(value) ?? (real == TemplateValue.Undefined ? 0.0 : real);
            case "abs" when TemplateNumber.Of(value) is { } number:
                arguments.Bind();
                return number.IsWhole ? (object)Math.Abs(number.Whole) : Math.Abs(number.Real);
            case "round" when TemplateNumber.Of(value) is { } number:
                var given = arguments.Bind("precision", "method");
                if (number.IsWhole && arguments.Text(given[1], "method", "common") == "common")
                {
                    return number.Whole;
                }

                return PythonNumbers.Round(
                    number.AsReal,
                    arguments.Whole(given[0], "precision", 0),
                    arguments.Text(given[1], "method", "common")
                ) ?? throw new TemplateException(arguments.Line, $"{arguments.What}: the method or precision is not supported");
            default:
                throw arguments.Wrong("the value", value, "a number");
        }
    }

    /// <summary>The filter capitalizes after white space, hyphens and opening brackets, unlike <c>str.title</c>.</summary>
    private static string Title(string text) =>
        string.Concat(
            WordStarts()
                .Split(text)
                .Where(p => p.Length > 0)
                .Select(p =>
                    PythonText.Points(p) is var points ? PythonText.Upper(points[0]) + PythonText.Lower(p[points[0].Length..]) : ""
                )
        );

    [GeneratedRegex(@"([-\s\x1c-\x1f({\[<]+)")]
    private static partial Regex WordStarts();
}
