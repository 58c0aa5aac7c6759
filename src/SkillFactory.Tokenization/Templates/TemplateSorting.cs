using System.Collections;

namespace SkillFactory.Tokenization.Templates;

/// <summary>The filters that compare items: sort, unique, min, max, sum, dictsort.</summary>
internal static class TemplateSorting
{
    public static object? Apply(string name, object? value, TemplateArguments arguments)
    {
        switch (name)
        {
            case "sort":
                var sort = arguments.Bind("reverse", "case_sensitive", "attribute");
                return Sorted(
                    TemplateValue.Items(value, arguments.Line),
                    Key(sort[1], sort[2], arguments),
                    TemplateArguments.Flag(sort[0]),
                    arguments.Line
                );
            case "dictsort":
                var dictionary = arguments.Bind("case_sensitive", "by", "reverse");
                var index = arguments.Text(dictionary[1], "by", "key") == "value" ? 1L : 0L;
                return Sorted(
                    TemplateFilters.Pairs(value, arguments.Line),
                    Key(dictionary[0], index, arguments),
                    TemplateArguments.Flag(dictionary[2]),
                    arguments.Line
                );
            case "unique":
                var unique = arguments.Bind("case_sensitive", "attribute");
                return Unique(TemplateValue.Items(value, arguments.Line), Key(unique[0], unique[1], arguments));
            case "sum":
                var sum = arguments.Bind("attribute", "start");
                return TemplateValue
                    .Items(value, arguments.Line)
                    .Select(i => IsGiven(sum[0]) ? TemplateFilters.Attribute(i, sum[0], arguments.Line) : i)
                    .Aggregate(IsGiven(sum[1]) ? sum[1] : 0L, (total, i) => TemplateNumber.Arithmetic("+", total, i, arguments.Line));
            default:
                var extreme = arguments.Bind("case_sensitive", "attribute");
                var items = Sorted(
                    TemplateValue.Items(value, arguments.Line),
                    Key(extreme[0], extreme[1], arguments),
                    name == "max",
                    arguments.Line
                );
                return items.Count == 0 ? TemplateValue.Undefined : items[0];
        }
    }

    private static bool IsGiven(object? value) => value is not null && value != TemplateValue.Undefined;

    /// <summary>What is compared; by default strings in lower case.</summary>
    private static Func<object?, object?> Key(object? caseSensitive, object? attribute, TemplateArguments arguments) =>
        item =>
        {
            var key = IsGiven(attribute) ? TemplateFilters.Attribute(item, attribute, arguments.Line) : item;
            return key is string text && !TemplateArguments.Flag(caseSensitive) ? PythonText.Lower(text) : key;
        };

    /// <summary>In order; equal items keep theirs, in reverse too.</summary>
    private static List<object?> Sorted(IEnumerable<object?> items, Func<object?, object?> key, bool reverse, int line)
    {
        var order = Comparer<object?>.Create((a, b) => TemplateValue.Compare(a, b, line) * (reverse ? -1 : 1));
        try
        {
            return [.. items.OrderBy(key, order)];
        }
        catch (InvalidOperationException error) when (error.InnerException is TemplateException inner)
        {
            throw inner;
        }
    }

    private static List<object?> Unique(IEnumerable<object?> items, Func<object?, object?> key)
    {
        var (kept, keys) = (new List<object?>(), new ArrayList());
        foreach (var item in items)
        {
            var own = key(item);
            if (!keys.Cast<object?>().Any(k => TemplateValue.Equals(k, own)))
            {
                keys.Add(own);
                kept.Add(item);
            }
        }

        return kept;
    }
}
