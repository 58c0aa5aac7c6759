namespace SkillFactory.Core.YamlBinding;

/// <summary>A YAML value and its line.</summary>
/// <param name="Line">From 1; <see cref="NoLine"/> for a value of the command line.</param>
public abstract record YamlNode(int Line)
{
    /// <summary>In place of the line of a value that is in no file.</summary>
    public const int NoLine = 0;

    /// <summary>This value and all in it, of no line.</summary>
    public abstract YamlNode WithoutLines();

    /// <summary>The value as error messages name it after "found".</summary>
    public abstract string Describe();
}
