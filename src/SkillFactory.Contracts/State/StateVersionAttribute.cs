namespace SkillFactory.Contracts.State;

/// <summary>The format version of a grain's stored state; every record holds it. Raise it when older code must not read what newer code
/// writes; new members with a default do not need it. Each version needs a golden file, which proves that it stays readable.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct, Inherited = false)]
public sealed class StateVersionAttribute(int version) : Attribute
{
    /// <summary>At least 1.</summary>
    public int Version { get; } =
        version >= 1 ? version : throw new ArgumentOutOfRangeException(nameof(version), version, "Versions count from 1.");
}
