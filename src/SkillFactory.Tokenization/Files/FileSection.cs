using System.Text.Json;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Tokenization.Files;

/// <summary>An object in a <c>tokenizer.json</c> with the file and key that lead to it, for error messages.</summary>
/// <param name="Json">The object.</param>
/// <param name="Source">Name of the file.</param>
/// <param name="Key">Keys from the root, such as "normalizer.normalizers[1]".</param>
internal readonly record struct FileSection(JsonElement Json, string Source, string Key)
{
    /// <summary>What its "type" says.</summary>
    public string Type => Json.GetProperty("type").GetString() ?? throw Unsupported("type null");

    /// <summary>The file and key of a member, for messages about its content.</summary>
    public string Path(string name) => $"{Source}: {Key}.{name}";

    /// <summary>A member; null when it is missing or null.</summary>
    public FileSection? Member(string name) =>
        Json.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null
            ? new FileSection(value, Source, Key.Length == 0 ? name : $"{Key}.{name}")
            : null;

    public FileSection Required(string name) =>
        Member(name) ?? throw new UserErrorException($"{Source}: {(Key.Length == 0 ? name : $"{Key}.{name}")} is missing");

    public IEnumerable<FileSection> Items()
    {
        var (source, key) = (Source, Key);
        return Json.EnumerateArray().Select((item, i) => new FileSection(item, source, $"{key}[{i}]"));
    }

    public bool IsTrue(string name) => Json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;

    /// <summary>Whether a member is missing, null, "" or 0.</summary>
    public bool IsEmpty(string name) =>
        Member(name) is not { Json: var value }
        || (value.ValueKind == JsonValueKind.String && value.GetString()!.Length == 0)
        || (value.ValueKind == JsonValueKind.Number && value.GetDouble() == 0);

    public string Text(string name) => Required(name).Json.GetString() ?? "";

    /// <summary>The error that names an unsupported feature of this section.</summary>
    public UserErrorException Unsupported(string what) =>
        new($"{Source}: {Key}: {what} is not supported; expected a BPE tokenizer such as those of Qwen2, Llama 3 or Llama 2");

    public void RefuseUnless(bool supported, string what)
    {
        if (!supported)
        {
            throw Unsupported(what);
        }
    }
}
