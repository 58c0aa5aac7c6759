using SkillFactory.Core.Recipes;
using SkillFactory.Evaluation.Statistics;

namespace SkillFactory.Evaluation.Summaries;

/// <summary>The difference of two models, left minus right, paired by question.</summary>
/// <param name="Pooled">All seeds together, with an interval over questions.</param>
/// <param name="AcrossSeeds">The same difference with an interval over seeds and questions; null for one seed.</param>
/// <param name="Test">Test over questions of the hypothesis that there is no difference.</param>
public sealed record PairedDifference(Estimate Pooled, Estimate? AcrossSeeds, SignFlipResult Test);
