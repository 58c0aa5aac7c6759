using System.Collections;
using System.Globalization;

namespace SkillFactory.Tokenization.Templates;

/// <summary>The methods of Python's strings, dictionaries and lists that chat templates call. Any other one is an error that names
/// it.</summary>
internal static class TemplateMethods
{
    public static object? Call(object? target, string name, TemplateArguments arguments) =>
        target switch
        {
            string text => OfString(text, name, arguments),
            IDictionary<string, object?> map => OfDictionary(map, name, arguments),
            IList list => OfList(list, name, arguments),
            _ when target == TemplateValue.Undefined => throw new TemplateException(
                arguments.Line,
                $"the method '{name}' is asked of something undefined"
            ),
            _ => throw NotSupported(target, name, arguments),
        };

    private static object? OfString(string text, string name, TemplateArguments arguments)
    {
        switch (name)
        {
            case "strip" or "lstrip" or "rstrip":
                var characters = arguments.Bind("chars")[0];
                return PythonText.Strip(
                    text,
                    characters is null || characters == TemplateValue.Undefined ? null : arguments.Text(characters, "chars", ""),
                    name != "rstrip",
                    name != "lstrip"
                );
            case "split" or "rsplit":
                return Split(text, name == "rsplit", arguments);
            case "startswith" or "endswith":
                return Options(arguments)
                    .Any(o =>
                        name == "startswith" ? text.StartsWith(o, StringComparison.Ordinal) : text.EndsWith(o, StringComparison.Ordinal)
                    );
            case "replace":
                var parts = arguments.Bind("old", "new", "count");
                return PythonText.Replace(
                    text,
                    arguments.Text(parts[0], "old", ""),
                    arguments.Text(parts[1], "new", ""),
                    arguments.Whole(parts[2], "count", -1)
                );
            case "find" or "rfind" or "index" or "rindex" or "count" or "removeprefix" or "removesuffix" or "partition" or "rpartition":
                return Search(text, name, arguments.Text(arguments.Bind("sub")[0], "the text to find", ""), arguments.Line);
            case "join":
                return string.Join(
                    text,
                    TemplateValue
                        .Items(arguments.Bind("iterable")[0], arguments.Line)
                        .Select(i => i as string ?? throw arguments.Wrong("an item", i, "a string"))
                );
        }

        if (
            name
            is not (
                "upper"
                or "lower"
                or "capitalize"
                or "title"
                or "splitlines"
                or "isdigit"
                or "isalpha"
                or "isspace"
                or "isupper"
                or "islower"
            )
        )
        {
            throw NotSupported(text, name, arguments);
        }

        arguments.Bind();
        return name switch
        {
            "upper" => PythonText.Upper(text),
            "lower" => PythonText.Lower(text),
            "capitalize" => PythonText.Capitalize(text),
            "title" => PythonText.Title(text),
            "splitlines" => PythonText.Lines(text).Cast<object?>().ToList(),
            "isdigit" => text.Length > 0 && text.EnumerateRunes().All(r => CharUnicodeInfo.GetDigitValue(r.ToString(), 0) >= 0),
            "isalpha" => text.Length > 0 && text.EnumerateRunes().All(System.Text.Rune.IsLetter),
            "isspace" => text.Length > 0 && text.All(PythonText.IsSpace),
            "isupper" => PythonText.IsUpper(text),
            _ => PythonText.IsLower(text),
        };
    }

    private static object? OfDictionary(IDictionary<string, object?> map, string name, TemplateArguments arguments)
    {
        switch (name)
        {
            case "get":
                var given = arguments.Bind("key", "default");
                return given[0] is string key && map.TryGetValue(key, out var value) ? value
                    : given[1] == TemplateValue.Undefined && arguments.Positional.Count < 2 ? null
                    : given[1];
            case "items":
                arguments.Bind();
                return TemplateFilters.Pairs(map, arguments.Line);
            case "keys":
                arguments.Bind();
                return map.Keys.Cast<object?>().ToList();
            case "values":
                arguments.Bind();
                return map.Values.ToList();
            default:
                return map.TryGetValue(name, out var member) && member is TemplateFunction function
                    ? function(arguments)
                    : throw NotSupported(map, name, arguments);
        }
    }

    private static long OfList(IList list, string name, TemplateArguments arguments)
    {
        switch (name)
        {
            case "index":
                var sought = arguments.Bind("value")[0];
                for (var i = 0; i < list.Count; i++)
                {
                    if (TemplateValue.Equals(list[i], sought))
                    {
                        return i;
                    }
                }

                throw new TemplateException(arguments.Line, $"{arguments.What} does not find the value");
            case "count":
                var counted = arguments.Bind("value")[0];
                return list.Cast<object?>().Count(i => TemplateValue.Equals(i, counted));
            default:
                throw NotSupported(list, name, arguments);
        }
    }

    private static List<object?> Split(string text, bool fromRight, TemplateArguments arguments)
    {
        var given = arguments.Bind("sep", "maxsplit");
        var most = arguments.Whole(given[1], "maxsplit", -1);
        if (given[0] is null || given[0] == TemplateValue.Undefined)
        {
            return fromRight && most >= 0
                ? throw new TemplateException(arguments.Line, $"{arguments.What} with a count and no separator is not supported")
                : [.. PythonText.Words(text, most)];
        }

        var separator = arguments.Text(given[0], "the separator", "");
        return separator.Length == 0
            ? throw new TemplateException(arguments.Line, $"{arguments.What}: the separator is empty")
            : [.. PythonText.Split(text, separator, most, fromRight)];
    }

    private static IEnumerable<string> Options(TemplateArguments arguments)
    {
        var given = arguments.Bind("prefix")[0];
        return given is TemplateTuple tuple
            ? tuple.Select(o => o as string ?? throw arguments.Wrong("an option", o, "a string"))
            : [arguments.Text(given, "the text", "")];
    }

    private static object? Search(string text, string name, string sought, int line)
    {
        var fromRight = name[0] == 'r' && name != "removeprefix" && name != "removesuffix";
        var at = fromRight ? text.LastIndexOf(sought, StringComparison.Ordinal) : text.IndexOf(sought, StringComparison.Ordinal);
        switch (name)
        {
            case "index" or "rindex" when at < 0:
                throw new TemplateException(line, $"'{name}' does not find '{sought}'");
            case "partition" or "rpartition" when sought.Length == 0:
                throw new TemplateException(line, $"'{name}': the separator is empty");
            case "partition" or "rpartition":
                return new TemplateTuple(
                    at >= 0 ? [text[..at], sought, text[(at + sought.Length)..]]
                    : fromRight ? ["", "", text]
                    : [text, "", ""]
                );
            case "count":
                return sought.Length == 0 ? PythonText.Length(text) + 1L : text.Split(sought).Length - 1L;
            case "removeprefix":
                return text.StartsWith(sought, StringComparison.Ordinal) ? text[sought.Length..] : text;
            case "removesuffix":
                return text.EndsWith(sought, StringComparison.Ordinal) ? text[..^sought.Length] : text;
            default:
                return PythonText.PointsBefore(text, at);
        }
    }

    private static TemplateException NotSupported(object? target, string name, TemplateArguments arguments) =>
        new(arguments.Line, $"the method '{name}' of {TemplateValue.NameOf(target)} is not supported");
}
