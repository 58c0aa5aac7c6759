namespace SkillFactory.Contracts.Experiments;

/// <summary>Tenants own experiments; a catalog lists those of one tenant.</summary>
public static class Tenants
{
    /// <summary>The tenant of submissions that name none. Embedded mode uses no other.</summary>
    public const string Default = "default";
}
