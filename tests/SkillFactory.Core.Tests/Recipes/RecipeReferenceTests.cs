using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using SkillFactory.Core.Recipes;

namespace SkillFactory.Core.Tests.Recipes;

/// <summary>docs/reference/recipes.md lists every key as the types declare it. Run with UPDATE_GOLDEN=1 to write the list anew.</summary>
public sealed partial class RecipeReferenceTests
{
    private const string Begin = "<!-- keys: made from the types, do not edit -->";
    private const string End = "<!-- end of keys -->";

    [Fact]
    public void The_documentation_lists_every_key_with_its_default_and_meaning()
    {
        var path = Path.Combine(RepositoryRoot(), "docs", "reference", "recipes.md");
        var text = File.ReadAllText(path);
        var (from, to) = (text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length, text.IndexOf(End, StringComparison.Ordinal));
        Assert.True(from >= Begin.Length && to > from, "docs/reference/recipes.md has lost the marks around its keys");
        var keys = "\n" + Render() + "\n";
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            File.WriteAllText(path, text[..from] + keys + text[to..]);
            return;
        }

        Assert.True(
            text[from..to] == keys,
            "docs/reference/recipes.md is behind the types; run this test with UPDATE_GOLDEN=1 and read the difference"
        );
    }

    private static string Render()
    {
        var summaries = XDocument
            .Load(Path.ChangeExtension(typeof(Recipe).Assembly.Location, ".xml"))
            .Descendants("member")
            .Where(m => m.Element("summary") is not null)
            .ToDictionary(m => m.Attribute("name")!.Value, m => Plain(m.Element("summary")!));
        var page = new StringBuilder();
        var open = new Queue<(string Path, Type Type)>([("", typeof(Recipe))]);
        var seen = new HashSet<Type>();
        while (open.TryDequeue(out var next))
        {
            if (!seen.Add(next.Type))
            {
                continue;
            }

            page.Append("\n### ").Append(next.Path.Length == 0 ? "Top level" : $"`{next.Path}`").Append("\n\n");
            if (summaries.TryGetValue($"T:{next.Type.FullName}", out var about))
            {
                page.Append(about).Append("\n\n");
            }

            page.Append("| key | type | default | meaning |\n|---|---|---|---|\n");
            var plain = RuntimeHelpers.GetUninitializedObject(next.Type);
            try
            {
                plain = Activator.CreateInstance(next.Type)!;
            }
            catch (MissingMethodException)
            {
                // Without a constructor of its own it has no defaults either.
            }

            foreach (var (key, property) in Keys(next.Type))
            {
                var required = property.GetCustomAttribute<RequiredMemberAttribute>() is not null;
                var inner = Inner(property.PropertyType);
                page.Append(
                        CultureInfo.InvariantCulture,
                        $"| `{key}` | {Name(property.PropertyType)} | {(required ? "required" : Default(property.GetValue(plain), inner))} | "
                    )
                    .Append(
                        summaries
                            .GetValueOrDefault($"P:{property.DeclaringType!.FullName}.{property.Name}", "")
                            .Replace("|", "\\|", StringComparison.Ordinal)
                    )
                    .Append(" |\n");
                if (inner is not null)
                {
                    open.Enqueue((next.Path.Length == 0 ? key : $"{next.Path}.{key}", inner));
                }
            }
        }

        return page.ToString();
    }

    /// <summary>The record a property holds, be it in a list; null for values.</summary>
    private static Type? Inner(Type type)
    {
        var value = ListOf(type) ?? Nullable.GetUnderlyingType(type) ?? type;
        return value.IsClass && value != typeof(string) && DictionaryOf(value) is null ? value : null;
    }

    private static IEnumerable<(string Key, PropertyInfo Property)> Keys(Type type) =>
        type.GetProperties()
            .Where(p => p.SetMethod is not null)
            .OrderBy(p => p.MetadataToken)
            .Select(p => (JsonNamingPolicy.CamelCase.ConvertName(p.Name), p));

    private static Type? ListOf(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) ? type.GetGenericArguments()[0] : null;

    private static Type? DictionaryOf(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>) ? type.GetGenericArguments()[1] : null;

    private static string Name(Type type) =>
        ListOf(type) is { } item ? $"list of {Name(item)}"
        : DictionaryOf(type) is { } value ? $"names to {Name(value)}"
        : (Nullable.GetUnderlyingType(type) ?? type) switch
        {
            var t when t == typeof(string) => "text",
            var t when t == typeof(bool) => "true or false",
            var t when t == typeof(double) => "number",
            var t when t == typeof(int) || t == typeof(long) => "whole number",
            var t when t.IsEnum => string.Join(", ", Enum.GetNames(t)),
            _ => "keys below",
        };

    private static string Default(object? value, Type? inner) =>
        value switch
        {
            null => "off",
            string { Length: 0 } => "empty",
            string text => $"`{text}`",
            bool yes => yes ? "`true`" : "`false`",
            IFormattable number => $"`{number.ToString(null, CultureInfo.InvariantCulture)}`",
            System.Collections.IDictionary { Count: 0 } => "none",
            System.Collections.IEnumerable items when inner is null => items.Cast<object>().ToList() is { Count: > 0 } all
                ? $"`[{string.Join(", ", all)}]`"
                : "none",
            System.Collections.IEnumerable => "none",
            _ => "",
        };

    private static string Plain(XElement element)
    {
        var words = string.Concat(
            element
                .Nodes()
                .Select(n =>
                    n switch
                    {
                        XText text => text.Value,
                        XElement { Name.LocalName: "see" } see =>
                            $"`{(see.Attribute("cref") ?? see.Attribute("langword"))?.Value.Split('.', ':')[^1]}`",
                        XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
                        XElement other => other.Value,
                        _ => "",
                    }
                )
        );
        return Spaces().Replace(words, " ").Trim();
    }

    private static string RepositoryRoot([CallerFilePath] string here = "")
    {
        var folder = Path.GetDirectoryName(here);
        while (folder is not null && !File.Exists(Path.Combine(folder, "SkillFactory.sln")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? throw new InvalidOperationException($"no solution above {here}");
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
