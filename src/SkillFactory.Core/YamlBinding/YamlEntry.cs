namespace SkillFactory.Core.YamlBinding;

/// <summary>A key of a mapping and its value.</summary>
/// <param name="Line">Line of the key.</param>
public sealed record YamlEntry(string Key, YamlNode Value, int Line);
