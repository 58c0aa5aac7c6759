namespace SkillFactory.Contracts.Placement;

/// <summary>Keys of the metadata that a silo publishes; the values never change while it runs. A value may be a comma-separated
/// list.</summary>
public static class SiloMetadataKeys
{
    /// <summary>The silo's name: the first part of a slot's key. Contains no slash.</summary>
    public const string Silo = "silo";

    /// <summary>Any of <see cref="SiloRoles"/>.</summary>
    public const string Role = "role";

    /// <summary>Device class of its slots: "cpu", "cuda". Names the compute pool.</summary>
    public const string Device = "device";
}

/// <summary>What a silo does. A silo may have several roles; an embedded one has all.</summary>
public static class SiloRoles
{
    /// <summary>Experiments, batches, pools, catalogs.</summary>
    public const string Control = "control";

    /// <summary>Model replicas that sample.</summary>
    public const string Rollout = "rollout";

    /// <summary>Learners that train.</summary>
    public const string Learner = "learner";

    public static IReadOnlyList<string> All { get; } = [Control, Rollout, Learner];
}
