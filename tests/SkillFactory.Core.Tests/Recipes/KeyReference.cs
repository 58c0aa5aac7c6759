using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.YamlBinding;

namespace SkillFactory.Core.Tests.Recipes;

/// <summary>Renders the key reference of recipes from the settings records: types, bounds, defaults and doc comments.</summary>
internal sealed partial class KeyReference
{
    private readonly Dictionary<string, string> _summaries = XDocument
        .Load(Path.ChangeExtension(typeof(Recipe).Assembly.Location, ".xml"))
        .Descendants("member")
        .Where(m => m.Element("summary") is not null)
        .ToDictionary(m => m.Attribute("name")!.Value, m => Markdown(m.Element("summary")!));

    public string Render()
    {
        var page = new StringBuilder();
        var sections = new Queue<(string Path, Type Type)>([("", typeof(Recipe))]);
        var seen = new HashSet<Type>();
        while (sections.TryDequeue(out var section))
        {
            if (!seen.Add(section.Type))
            {
                continue;
            }

            page.Append(CultureInfo.InvariantCulture, $"\n### {(section.Path.Length == 0 ? "Top level" : $"`{section.Path}`")}\n\n");
            page.Append(CultureInfo.InvariantCulture, $"{_summaries[$"T:{section.Type.FullName}"]}\n\n");
            page.Append("| key | type | default | meaning |\n|---|---|---|---|\n");
            var defaults = Create(section.Type);
            foreach (var property in Properties(section.Type))
            {
                var meaning = _summaries[$"P:{property.DeclaringType!.FullName}.{property.Name}"]
                    .Replace("|", "\\|", StringComparison.Ordinal);
                page.Append(
                    CultureInfo.InvariantCulture,
                    $"| `{Key(property.Name)}` | {TypeOf(property)} | {DefaultOf(property, defaults)} | {meaning} |\n"
                );
                if (RecordOf(property.PropertyType) is { } record)
                {
                    sections.Enqueue((section.Path.Length == 0 ? Key(property.Name) : $"{section.Path}.{Key(property.Name)}", record));
                }
            }
        }

        return page.ToString();
    }

    private static IEnumerable<PropertyInfo> Properties(Type type) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.SetMethod is not null).OrderBy(p => p.MetadataToken);

    private static string Key(string property) => JsonNamingPolicy.CamelCase.ConvertName(property);

    private static object Create(Type type) => Activator.CreateInstance(type)!;

    private static string TypeOf(PropertyInfo property)
    {
        var words = property.GetCustomAttribute<OneOfAttribute>() is { } known
            ? $"one of {string.Join(", ", known.Words.Select(word => $"`{word}`"))}"
            : null;
        var bounds = property.GetCustomAttributes<BoundAttribute>().Where(b => b is not OneOfAttribute);
        var listBounds = property.GetCustomAttributes<ListBoundAttribute>().Select(b => b.Allowed);
        var type = bounds.Aggregate(Name(property.PropertyType, words), (text, bound) =>
            $"{text}{(bound is MatchesAttribute ? ":" : ",")} {bound.Allowed}"
        );
        return string.Join("; ", new[] { type, string.Join(", ", listBounds) }.Where(part => part.Length > 0));
    }

    private static string Name(Type type, string? words)
    {
        if (ListOf(type) is { } item)
        {
            return words is not null ? $"list, each {words}"
                : RecordOf(item) is not null ? "list, keys below"
                : $"list of {Kind(item, plural: true)}";
        }

        return DictionaryOf(type) is { } value ? $"names to {Kind(value, plural: true)}"
            : RecordOf(type) is not null ? "keys below"
            : words ?? Kind(Nullable.GetUnderlyingType(type) ?? type, plural: false);
    }

    private static string Kind(Type type, bool plural) =>
        type == typeof(string) ? "text"
        : type == typeof(bool) ? "true or false"
        : (type == typeof(double) ? "number" : "whole number") + (plural ? "s" : "");

    private static string DefaultOf(PropertyInfo property, object defaults)
    {
        if (property.IsDefined(typeof(RequiredMemberAttribute)))
        {
            return "required";
        }

        return property.GetValue(defaults) switch
        {
            null => "none",
            string { Length: 0 } => "empty",
            string or bool or IFormattable => $"`{Text(property.GetValue(defaults)!)}`",
            IEnumerable items when !items.Cast<object>().Any() => property.IsDefined(typeof(AtLeastOneAttribute)) ? "required" : "empty",
            IEnumerable items => $"`[{string.Join(", ", items.Cast<object>().Select(Text))}]`",
            _ => "",
        };
    }

    /// <summary>A value as a person writes it in YAML: true, 0.5, 1e-6.</summary>
    private static string Text(object value) =>
        value switch
        {
            bool yes => yes ? "true" : "false",
            IFormattable number => Exponent().Replace(number.ToString(null, CultureInfo.InvariantCulture), "e$1"),
            _ => value.ToString()!,
        };

    /// <summary>The record that a property has, directly or in a list; null for other values.</summary>
    private static Type? RecordOf(Type type)
    {
        var value = ListOf(type) ?? type;
        return value.IsClass && value != typeof(string) ? value : null;
    }

    private static Type? ListOf(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) ? type.GetGenericArguments()[0] : null;

    private static Type? DictionaryOf(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>) ? type.GetGenericArguments()[1] : null;

    /// <summary>A doc comment in Markdown: quoted words as code, references to properties as keys.</summary>
    private static string Markdown(XElement element)
    {
        var text = string.Concat(
            element
                .Nodes()
                .Select(node =>
                    node switch
                    {
                        XText words => Quoted().Replace(words.Value, "`$1`"),
                        XElement { Name.LocalName: "see" } see => $"`{KeyOf(see)}`",
                        XElement other => $"`{other.Value}`",
                        _ => "",
                    }
                )
        );
        return Spaces().Replace(text, " ").Trim();
    }

    private static string KeyOf(XElement see) =>
        see.Attribute("cref") is { Value: var reference } ? Key(reference.Split('.', ':')[^1]) : see.Attribute("langword")!.Value;

    [GeneratedRegex("\"([^\"]+)\"")]
    private static partial Regex Quoted();

    [GeneratedRegex("E([+-]?)0*")]
    private static partial Regex Exponent();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
