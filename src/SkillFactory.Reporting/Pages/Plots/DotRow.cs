namespace SkillFactory.Reporting.Pages.Plots;

/// <summary>One row of a dot plot.</summary>
/// <param name="Colour">Colour variable, k0 to k7.</param>
/// <param name="Hollow">Whether the circle is hollow, for an earlier checkpoint of an arm.</param>
/// <param name="Value">Value in percent.</param>
/// <param name="Low">Lower end of the interval in percent.</param>
/// <param name="High">Upper end of the interval in percent.</param>
internal sealed record DotRow(string Label, string Colour, bool Hollow, double Value, double? Low, double? High);
