namespace SkillFactory.Core.YamlBinding;

/// <summary>A sequence of values.</summary>
public sealed record YamlList(IReadOnlyList<YamlNode> Items, int Line) : YamlNode(Line)
{
    public override string Describe() => $"a list of {Items.Count}";
}
