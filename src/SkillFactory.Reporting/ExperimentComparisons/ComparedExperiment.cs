namespace SkillFactory.Reporting.ExperimentComparisons;

/// <summary>One of the compared experiments.</summary>
/// <param name="Label">A, B, …</param>
/// <param name="Source">The experiment as the user named it.</param>
/// <param name="Model">Key of the one model that is compared, or null for all models.</param>
/// <param name="WallSeconds">Time of all stages, including reused ones.</param>
public sealed record ComparedExperiment(
    string Label,
    string Source,
    string Id,
    string Name,
    string? Model,
    string BaseModel,
    string Device,
    string Machine,
    string Version,
    DateTimeOffset StartedAt,
    bool Complete,
    IReadOnlyList<long> Seeds,
    double WallSeconds
);
