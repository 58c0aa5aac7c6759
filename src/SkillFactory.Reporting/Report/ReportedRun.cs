using SkillFactory.Evaluation.Statistics;

namespace SkillFactory.Reporting.Report;

/// <summary>The run that a report is about.</summary>
/// <param name="Id">Experiment id.</param>
/// <param name="Name">Recipe name.</param>
/// <param name="Description">Description in the recipe.</param>
/// <param name="BaseModel">Name of the model folder, without its path.</param>
/// <param name="Device">Device as named in the recipe.</param>
/// <param name="Machine">Description of the machine.</param>
/// <param name="Version">Version of the program.</param>
/// <param name="StartedAt">Time of submission.</param>
/// <param name="Complete">False when stages were missing.</param>
/// <param name="Seeds">Seeds of the recipe.</param>
/// <param name="Confidence">Confidence level of all intervals.</param>
/// <param name="Resamples">Bootstrap resamples.</param>
/// <param name="WallSeconds">Total time of all stages, each counted once. A reused stage counts with the time of its first
/// execution.</param>
/// <param name="ReusedWallSeconds">The part of <paramref name="WallSeconds"/> that comes from reused stages.</param>
/// <param name="Reference">Key of the model that the other arms are compared with in tables: that of the recipe's reference arm, else that
/// of the first arm with SFT and GRPO; null when there is neither.</param>
public sealed record ReportedRun(
    string Id,
    string Name,
    string Description,
    string BaseModel,
    string Device,
    string Machine,
    string Version,
    DateTimeOffset StartedAt,
    bool Complete,
    IReadOnlyList<long> Seeds,
    double Confidence,
    int Resamples,
    double WallSeconds,
    double ReusedWallSeconds,
    string? Reference
);
