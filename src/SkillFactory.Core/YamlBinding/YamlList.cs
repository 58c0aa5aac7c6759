namespace SkillFactory.Core.YamlBinding;

/// <summary>A sequence of values.</summary>
public sealed record YamlList(IReadOnlyList<YamlNode> Items, int Line) : YamlNode(Line)
{
    public override YamlNode WithoutLines() => new YamlList([.. Items.Select(i => i.WithoutLines())], NoLine);

    public override string Describe() => $"a list of {Items.Count}";
}
