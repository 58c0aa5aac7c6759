namespace SkillFactory.Contracts.State;

/// <summary>The format version of a grain's stored state, kept in every record. Raise it when older code must not read what newer
/// code writes; new members with a default do not need it. Every older version stays readable: a golden file per version proves it.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct, Inherited = false)]
public sealed class StateVersionAttribute(int version) : Attribute
{
    /// <summary>From 1 upwards.</summary>
    public int Version { get; } =
        version >= 1 ? version : throw new ArgumentOutOfRangeException(nameof(version), version, "Versions count from 1.");
}
