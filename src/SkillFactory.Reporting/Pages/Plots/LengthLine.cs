using SkillFactory.Evaluation.Statistics;

namespace SkillFactory.Reporting.Pages.Plots;

/// <summary>The response lengths of one model.</summary>
/// <param name="Colour">Colour variable, k0 to k7.</param>
internal sealed record LengthLine(string Label, string Colour, Distribution Lengths);
