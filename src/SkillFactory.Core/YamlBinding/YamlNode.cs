namespace SkillFactory.Core.YamlBinding;

/// <summary>A YAML value and its line, from 1.</summary>
public abstract record YamlNode(int Line)
{
    /// <summary>The value as error messages name it after "found".</summary>
    public abstract string Describe();
}
