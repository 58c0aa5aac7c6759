namespace SkillFactory.Hub;

/// <summary>What a repository of the hub holds.</summary>
public enum HubKind
{
    Model,
    DataSet,
}
