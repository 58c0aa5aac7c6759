using SkillFactory.Evaluation.Statistics;
using SkillFactory.Reporting.Measurements;

namespace SkillFactory.Reporting.Report;

/// <summary>Budget forcing averaged over the levels of a task, or over tasks.</summary>
/// <param name="Model">Key of the model.</param>
/// <param name="Group">A task, or overall (<see cref="TaskFamilies"/>).</param>
/// <param name="Levels">Labels of the levels in the group.</param>
/// <param name="Difference">Forced minus standard, paired by question.</param>
public sealed record ForcedMeanAccuracy(
    string Model,
    string Group,
    IReadOnlyList<string> Levels,
    string Trigger,
    Estimate Standard,
    Estimate Forced,
    Estimate Difference
);
