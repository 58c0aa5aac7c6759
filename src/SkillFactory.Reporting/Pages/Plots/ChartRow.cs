using SkillFactory.Evaluation.Statistics;

namespace SkillFactory.Reporting.Pages.Plots;

/// <summary>One accuracy in the chart.</summary>
/// <param name="Colour">Colour variable, k0 to k7.</param>
/// <param name="Hollow">Whether the mark is hollow, for an earlier checkpoint of an arm.</param>
internal sealed record ChartRow(string Label, string Colour, bool Hollow, Estimate Accuracy);
