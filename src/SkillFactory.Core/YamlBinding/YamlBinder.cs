using System.Collections;
using System.Globalization;
using System.Numerics;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Core.YamlBinding;

/// <summary>Binds one document to the types that <see cref="StrictYaml"/> lists and checks the bounds of their keys.</summary>
internal sealed class YamlBinder(YamlSource source)
{
    private readonly NullabilityInfoContext _nullability = new();
    private int _values;

    public object Bind(YamlNode node, Type type) => Value(node, type, "")!;

    /// <summary>The settable properties of a record with their keys, in the order of declaration.</summary>
    public static IEnumerable<(string Key, PropertyInfo Property)> Keys(Type type) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(p => p.SetMethod is { IsPublic: true } && p.GetIndexParameters().Length == 0)
            .OrderBy(p => p.MetadataToken)
            .Select(p => (JsonNamingPolicy.CamelCase.ConvertName(p.Name), p));

    /// <summary>Element type when <paramref name="type"/> is a list; null otherwise.</summary>
    public static Type? ListOf(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) ? type.GetGenericArguments()[0] : null;

    /// <summary>Value type when <paramref name="type"/> is a dictionary with text keys; null otherwise.</summary>
    public static Type? DictionaryOf(Type type) =>
        type.IsGenericType
        && type.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>)
        && type.GetGenericArguments()[0] == typeof(string)
            ? type.GetGenericArguments()[1]
            : null;

    private object? Value(YamlNode node, Type type, string path)
    {
        if (++_values > YamlSource.MaxValues)
        {
            throw source.Error(node.Line, path, $"the document has more than {YamlSource.MaxValues} values once its aliases are expanded");
        }

        type = Nullable.GetUnderlyingType(type) ?? type;
        if (ListOf(type) is { } element)
        {
            return node is YamlList list ? Items(list, element, path) : throw Mismatch(node, type, path);
        }

        if (DictionaryOf(type) is { } value)
        {
            return node is YamlMap map ? Dictionary(map, value, path) : throw Mismatch(node, type, path);
        }

        if (type == typeof(string) || type.IsPrimitive || type.IsEnum)
        {
            return node is YamlScalar { IsNull: false } scalar ? Scalar(scalar, type, path) : throw Mismatch(node, type, path);
        }

        return node is YamlMap fields ? Record(fields, type, path) : throw Mismatch(node, type, path);
    }

    private object Record(YamlMap map, Type type, string path)
    {
        var properties = Keys(type).ToDictionary(k => k.Key, k => k.Property, StringComparer.Ordinal);
        var record = Activator.CreateInstance(type) ?? throw new InvalidOperationException($"{type} has no parameterless constructor");
        foreach (var entry in map.Entries)
        {
            var keyPath = Join(path, entry.Key);
            if (!properties.TryGetValue(entry.Key, out var property))
            {
                throw source.Error(entry.Line, keyPath, $"unknown key '{entry.Key}'{NearestName.Hint(entry.Key, properties.Keys)}");
            }

            if (entry.Value is YamlScalar { IsNull: true } && IsNullable(property))
            {
                property.SetValue(record, null);
                continue;
            }

            var value = Value(entry.Value, property.PropertyType, keyPath)!;
            CheckBounds(property, entry.Value, value, keyPath);
            property.SetValue(record, value);
        }

        foreach (var (key, property) in properties)
        {
            if (property.IsDefined(typeof(RequiredMemberAttribute)) && map.Find(key) is null)
            {
                throw source.Error(map.Line, path, $"the key '{key}' is missing; expected {Expectation(property.PropertyType)}");
            }
        }

        return record;
    }

    private void CheckBounds(PropertyInfo property, YamlNode node, object value, string path)
    {
        foreach (var bound in property.GetCustomAttributes<BoundAttribute>())
        {
            foreach (var (element, elementPath, scalar) in Elements(node, value, path))
            {
                if (!bound.Allows(element))
                {
                    var found =
                        element is not string text ? scalar.Text
                        : text.Length == 0 ? "empty text"
                        : $"'{text}'";
                    var expected = bound.Expected(Expectation(element.GetType())) + bound.Hint(element);
                    throw source.Error(scalar.Line, elementPath, $"found {found}; expected {expected}");
                }
            }
        }

        foreach (var bound in property.GetCustomAttributes<ListBoundAttribute>())
        {
            if (bound.Check([.. ((IEnumerable)value).Cast<object>()]) is var (index, problem))
            {
                throw index is { } i
                    ? source.Error(((YamlList)node).Items[i].Line, $"{path}[{i}]", problem)
                    : source.Error(node.Line, path, problem);
            }
        }
    }

    /// <summary>The elements of a list or a mapping; a single value is its own only element.</summary>
    private static IEnumerable<(object Element, string Path, YamlScalar Scalar)> Elements(YamlNode node, object value, string path) =>
        node switch
        {
            YamlList list => list.Items.Select((item, i) => (((Array)value).GetValue(i)!, $"{path}[{i}]", (YamlScalar)item)),
            YamlMap map => map.Entries.Select(e => (((IDictionary)value)[e.Key]!, Join(path, e.Key), (YamlScalar)e.Value)),
            _ => [(value, path, (YamlScalar)node)],
        };

    private Array Items(YamlList list, Type element, string path)
    {
        var items = Array.CreateInstance(element, list.Items.Count);
        for (var i = 0; i < list.Items.Count; i++)
        {
            items.SetValue(Value(list.Items[i], element, $"{path}[{i}]"), i);
        }

        return items;
    }

    private IDictionary Dictionary(YamlMap map, Type value, string path)
    {
        var items = (IDictionary)Activator.CreateInstance(typeof(Dictionary<,>).MakeGenericType(typeof(string), value))!;
        foreach (var entry in map.Entries)
        {
            items.Add(entry.Key, Value(entry.Value, value, Join(path, entry.Key)));
        }

        return items;
    }

    private object Scalar(YamlScalar scalar, Type type, string path)
    {
        var text = scalar.Text;
        if (type == typeof(string))
        {
            return text;
        }

        if (type.IsEnum)
        {
            var names = Enum.GetNames(type);
            return names.FirstOrDefault(n => n.Equals(text, StringComparison.OrdinalIgnoreCase)) is { } name
                ? Enum.Parse(type, name)
                : throw source.Error(
                    scalar.Line,
                    path,
                    $"found {scalar.Describe()}; expected {Expectation(type)}{Nearest(text, EnumKeys(type))}"
                );
        }

        // A quoted scalar is always text.
        var value = scalar.Plain ? Plain(text, type) : null;
        return value ?? throw Mismatch(scalar, type, path);
    }

    private static object? Plain(string text, Type type)
    {
        var invariant = CultureInfo.InvariantCulture;
        if (type == typeof(bool))
        {
            return text switch
            {
                "true" => true,
                "false" => false,
                _ => null,
            };
        }

        if (type == typeof(int))
        {
            return int.TryParse(text, NumberStyles.AllowLeadingSign, invariant, out var i) ? i : null;
        }

        if (type == typeof(long))
        {
            return long.TryParse(text, NumberStyles.AllowLeadingSign, invariant, out var l) ? l : null;
        }

        return type == typeof(double)
            ? double.TryParse(text, NumberStyles.Float, invariant, out var d) && double.IsFinite(d)
                ? d
                : null
            : throw new NotSupportedException($"{type} is not a type of the YAML dialect");
    }

    private bool IsNullable(PropertyInfo property) =>
        Nullable.GetUnderlyingType(property.PropertyType) is not null
        || _nullability.Create(property).WriteState == NullabilityState.Nullable;

    private UserErrorException Mismatch(YamlNode found, Type type, string path) =>
        source.Error(found.Line, path, $"found {found.Describe()}; expected {Expectation(type)}{Limits(found, type)}");

    /// <summary>The range of the type, for a whole number that does not fit it.</summary>
    private static string Limits(YamlNode found, Type type) =>
        found is YamlScalar { Plain: true } scalar && BigInteger.TryParse(scalar.Text, out _)
            ? type == typeof(int)
                ? $" from {int.MinValue} to {int.MaxValue}"
                : type == typeof(long)
                    ? $" from {long.MinValue} to {long.MaxValue}"
                    : ""
            : "";

    private static string Expectation(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type == typeof(string) ? "text"
            : type == typeof(bool) ? "true or false"
            : type == typeof(int) || type == typeof(long) ? "a whole number"
            : type == typeof(double) ? "a number"
            : type.IsEnum ? $"one of {string.Join(", ", EnumKeys(type))}"
            : ListOf(type) is { } element ? $"a list, each {Expectation(element)}"
            : DictionaryOf(type) is { } value ? $"a mapping of names, each {Expectation(value)}"
            : $"a mapping with the keys {string.Join(", ", Keys(type).Select(k => k.Key))}";
    }

    private static string[] EnumKeys(Type type) => [.. Enum.GetNames(type).Select(JsonNamingPolicy.CamelCase.ConvertName)];

    private static string Nearest(string text, string[] names) =>
        NearestName.Of(text, names) is { } near ? $"; did you mean '{near}'?" : "";

    private static string Join(string path, string key) => path.Length == 0 ? key : $"{path}.{key}";
}
