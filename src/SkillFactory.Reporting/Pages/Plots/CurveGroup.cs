namespace SkillFactory.Reporting.Pages.Plots;

/// <summary>The curves of one metric in one arm.</summary>
/// <param name="Colour">Colour variable, k0 to k7.</param>
/// <param name="Seeds">The points of each seed, by step.</param>
/// <param name="Bars">Intervals at some steps.</param>
internal sealed record CurveGroup(
    string Label,
    string Colour,
    IReadOnlyList<IReadOnlyList<CurvePoint>> Seeds,
    IReadOnlyList<CurveBar> Bars
);
