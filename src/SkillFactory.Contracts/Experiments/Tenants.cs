namespace SkillFactory.Contracts.Experiments;

/// <summary>Whose experiments a catalog lists.</summary>
public static class Tenants
{
    /// <summary>The tenant of everything that names none: all of embedded mode.</summary>
    public const string Default = "default";
}
