namespace SkillFactory.Reporting.Pages.Plots;

/// <summary>An accuracy and its interval in percent, at a mean number of tokens per answer.</summary>
internal sealed record TokenPoint(double Tokens, double Value, double Low, double High);
