using System.Text.Json;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Engine.Checkpoints;

/// <summary>The fields of a JSON object in <c>config.json</c>. Remembers which were read, so that none is passed over in silence. A field
/// that is null counts as absent, as in Transformers.</summary>
internal sealed class ConfigFields
{
    private const int MaxShown = 60;

    private readonly JsonElement _json;
    private readonly string _prefix;
    private readonly HashSet<string> _read = new(StringComparer.Ordinal);

    /// <param name="json">The object.</param>
    /// <param name="path">The file, for messages.</param>
    /// <param name="prefix">What is before the names in messages, such as "rope_scaling.".</param>
    /// <exception cref="UserErrorException">It is not an object.</exception>
    public ConfigFields(JsonElement json, string path, string prefix = "")
    {
        (_json, Path, _prefix) = (json, path, prefix);
        if (json.ValueKind != JsonValueKind.Object)
        {
            throw new UserErrorException(
                prefix.Length == 0
                    ? $"{path}: holds {Shown(json)}; expected an object with the fields of a model"
                    : $"{path}: '{prefix.TrimEnd('.')}' is {Shown(json)}; expected an object"
            );
        }
    }

    public string Path { get; }

    /// <summary>Names of all fields that have a value.</summary>
    public IEnumerable<string> Names => _json.EnumerateObject().Where(f => f.Value.ValueKind != JsonValueKind.Null).Select(f => f.Name);

    /// <summary>Names of those that nothing has read.</summary>
    public IEnumerable<string> Unread => Names.Where(n => !_read.Contains(n));

    /// <summary>Whether a field is there with the value null.</summary>
    public bool IsNull(string name) => _json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Null;

    public bool Has(string name) => Find(name) is not null;

    public JsonElement? Find(string name)
    {
        _read.Add(name);
        return _json.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
    }

    /// <summary>A whole number above 0.</summary>
    /// <param name="fallback">The value of an absent field; null if it must be there.</param>
    public int Size(string name, int? fallback = null) =>
        Find(name) is not { } value ? fallback ?? throw Missing(name)
        : value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var size) && size > 0 ? size
        : throw Wrong(name, "expected a whole number above 0");

    /// <summary>A number above 0.</summary>
    /// <param name="fallback">The value of an absent field; null if it must be there.</param>
    public double Number(string name, double? fallback = null) =>
        Find(name) is not { } value ? fallback ?? throw Missing(name)
        : value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && number > 0 && double.IsFinite(number) ? number
        : throw Wrong(name, "expected a number above 0");

    /// <param name="fallback">The value of an absent field.</param>
    public bool Flag(string name, bool fallback) =>
        Find(name)?.ValueKind switch
        {
            null => fallback,
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => throw Wrong(name, "expected true or false"),
        };

    public string? Text(string name) =>
        Find(name) is not { } value ? null
        : value.ValueKind == JsonValueKind.String ? value.GetString()
        : throw Wrong(name, "expected a text");

    /// <summary>A list of texts; null if the field is absent.</summary>
    public IReadOnlyList<string>? Texts(string name) =>
        Find(name) is not { } value ? null
        : value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(e => e.ValueKind == JsonValueKind.String)
            ? [.. value.EnumerateArray().Select(e => e.GetString()!)]
        : throw Wrong(name, "expected a list of texts");

    /// <summary>A token id, or a list of them; empty if the field is absent.</summary>
    public IReadOnlyList<int> Ids(string name)
    {
        if (Find(name) is not { } value)
        {
            return [];
        }

        JsonElement[] items = value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()] : [value];
        return items.All(i => i.ValueKind == JsonValueKind.Number && i.TryGetInt32(out var id) && id >= 0)
            ? [.. items.Select(i => i.GetInt32())]
            : throw Wrong(name, "expected a token id or a list of them");
    }

    /// <summary>An object; null if the field is absent.</summary>
    public ConfigFields? Section(string name) => Find(name) is { } value ? new ConfigFields(value, Path, $"{_prefix}{name}.") : null;

    public UserErrorException Missing(string name) => new($"{Path}: '{_prefix}{name}' is missing");

    /// <summary>The error about a field's value.</summary>
    /// <param name="expected">What is supported, such as "expected a number".</param>
    public UserErrorException Wrong(string name, string expected) =>
        new($"{Path}: '{_prefix}{name}' is {Shown(_json.GetProperty(name))}; {expected}");

    private static string Shown(JsonElement value)
    {
        var text = value.GetRawText().ReplaceLineEndings(" ");
        return text.Length <= MaxShown ? text : text[..MaxShown] + "…";
    }
}
