namespace SkillFactory.Core.Recipes;

/// <summary>A YAML value with the line it stands on.</summary>
public abstract record YamlNode(int Line)
{
    /// <summary>What was found, for error messages.</summary>
    public abstract string Describe();
}

/// <param name="Text">The scalar's text.</param>
/// <param name="Plain">Unquoted: only plain scalars can be numbers, booleans or null.</param>
public sealed record YamlScalar(string Text, bool Plain, int Line) : YamlNode(Line)
{
    public bool IsNull => Plain && Text is "" or "~" or "null" or "Null" or "NULL";

    public override string Describe() =>
        IsNull ? "nothing"
        : Plain ? $"'{Text}'"
        : $"the quoted text \"{Text}\"";
}

public sealed record YamlList(IReadOnlyList<YamlNode> Items, int Line) : YamlNode(Line)
{
    public override string Describe() => $"a list of {Items.Count}";
}

public sealed record YamlMap(IReadOnlyList<YamlEntry> Entries, int Line) : YamlNode(Line)
{
    public override string Describe() => Entries.Count == 0 ? "an empty mapping" : $"a mapping with the key '{Entries[0].Key}'";

    public YamlEntry? Find(string key) => Entries.FirstOrDefault(e => e.Key == key);

    /// <summary>This mapping with the keys of <paramref name="over"/> laid over it: mappings key by key, all else replaced whole.</summary>
    public YamlMap Overlay(YamlMap over)
    {
        var entries = Entries
            .Select(e =>
                over.Find(e.Key) is not { } o ? e
                : e.Value is YamlMap below && o.Value is YamlMap above ? o with { Value = below.Overlay(above) }
                : o
            )
            .ToList();
        entries.AddRange(over.Entries.Where(o => Find(o.Key) is null));
        return new YamlMap(entries, over.Line);
    }

    public YamlMap With(string key, YamlNode value) =>
        this with
        {
            Entries = [.. Entries.Select(e => e.Key == key ? e with { Value = value } : e)],
        };
}

/// <param name="Line">Line of the key.</param>
public sealed record YamlEntry(string Key, YamlNode Value, int Line);
