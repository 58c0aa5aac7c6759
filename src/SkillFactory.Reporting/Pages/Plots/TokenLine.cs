namespace SkillFactory.Reporting.Pages.Plots;

/// <summary>The accuracy of one model, or of best of n, at several numbers of tokens.</summary>
/// <param name="Mark">How the answer is obtained.</param>
internal sealed record TokenLine(string Label, string Colour, TokenMark Mark, IReadOnlyList<TokenPoint> Points);
