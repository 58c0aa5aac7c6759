namespace SkillFactory.Core.YamlBinding;

/// <summary>A mapping, with its keys in the order of the file.</summary>
public sealed record YamlMap(IReadOnlyList<YamlEntry> Entries, int Line) : YamlNode(Line)
{
    public override YamlNode WithoutLines() =>
        new YamlMap([.. Entries.Select(e => new YamlEntry(e.Key, e.Value.WithoutLines(), NoLine))], NoLine);

    public override string Describe() => Entries.Count == 0 ? "an empty mapping" : $"a mapping with the key '{Entries[0].Key}'";

    public YamlEntry? Find(string key) => Entries.FirstOrDefault(e => e.Key == key);

    /// <summary>This mapping with the keys of <paramref name="over"/> laid over it: mappings are merged key by key, other values are
    /// replaced. Mappings that are merged with values of no line keep theirs.</summary>
    public YamlMap Overlay(YamlMap over)
    {
        var entries = Entries
            .Select(e =>
                over.Find(e.Key) is not { } o ? e
                : e.Value is YamlMap below && o.Value is YamlMap above
                    ? new YamlEntry(e.Key, below.Overlay(above), o.Line == NoLine ? e.Line : o.Line)
                : o
            )
            .ToList();
        entries.AddRange(over.Entries.Where(o => Find(o.Key) is null));
        return new YamlMap(entries, over.Line == NoLine ? Line : over.Line);
    }

    /// <summary>This mapping with another value for a key that it has.</summary>
    public YamlMap With(string key, YamlNode value) =>
        this with
        {
            Entries = [.. Entries.Select(e => e.Key == key ? e with { Value = value } : e)],
        };
}
