namespace SkillFactory.Core.YamlBinding;

/// <summary>A mapping, with its keys in the order of the file.</summary>
public sealed record YamlMap(IReadOnlyList<YamlEntry> Entries, int Line) : YamlNode(Line)
{
    public override string Describe() => Entries.Count == 0 ? "an empty mapping" : $"a mapping with the key '{Entries[0].Key}'";

    public YamlEntry? Find(string key) => Entries.FirstOrDefault(e => e.Key == key);

    /// <summary>This mapping with the keys of <paramref name="over"/> laid over it: mappings are merged key by key, other values are
    /// replaced.</summary>
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

    /// <summary>This mapping with another value for a key that it has.</summary>
    public YamlMap With(string key, YamlNode value) =>
        this with
        {
            Entries = [.. Entries.Select(e => e.Key == key ? e with { Value = value } : e)],
        };
}
