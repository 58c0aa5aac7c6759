using SkillFactory.Evaluation.Statistics;

namespace SkillFactory.Reporting.Report;

/// <summary>Results under one response limit.</summary>
/// <param name="Limit">Response limit in tokens.</param>
/// <param name="Accuracy">Accuracy when longer responses count as truncated.</param>
/// <param name="Tokens">Tokens per response.</param>
public sealed record LimitFigures(int Limit, Estimate? Accuracy, Estimate? Tokens);
