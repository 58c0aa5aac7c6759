using SkillFactory.Evaluation.Statistics;
using SkillFactory.Reporting.Report;

namespace SkillFactory.Reporting.ArmComparisons;

/// <summary>What one comparison between two arms shows on one level.</summary>
/// <param name="Harder">See <see cref="ReportedLevel"/>.</param>
/// <param name="Basis">One of the <see cref="ArmComparison.Basis"/>.</param>
/// <param name="Ahead">Key of the model with the higher accuracy, or null when both are equal.</param>
/// <param name="ExcludesZero">Whether the interval of the difference excludes zero.</param>
/// <param name="ToldApart">Whether the difference is significant: its interval excludes zero and the adjusted p is below 1 −
/// confidence.</param>
/// <param name="Difference">Left minus right.</param>
/// <param name="AdjustedP">See <see cref="ArmComparison.AdjustedP"/>.</param>
/// <param name="SeedsAgreeing">Seeds whose own difference has the sign of the pooled one.</param>
/// <param name="Seeds">Compared seeds.</param>
/// <param name="Text">The conclusion as a sentence.</param>
public sealed record LevelConclusion(
    string Task,
    string Level,
    bool Harder,
    string Basis,
    string Left,
    string Right,
    int? BestOf,
    string? Choice,
    string? Ahead,
    bool ExcludesZero,
    bool ToldApart,
    Estimate Difference,
    double AdjustedP,
    int SeedsAgreeing,
    int Seeds,
    string Text
);
