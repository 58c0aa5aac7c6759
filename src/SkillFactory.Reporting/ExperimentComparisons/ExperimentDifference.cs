using SkillFactory.Evaluation.Statistics;

namespace SkillFactory.Reporting.ExperimentComparisons;

/// <summary>The difference of a model in one experiment to the same model in the first experiment.</summary>
/// <param name="Accuracy">This experiment minus the first, paired by question. <see cref="Estimate.Count"/> is the number of common
/// questions.</param>
/// <param name="AcrossSeeds">The same difference with an interval over seeds and questions; null unless both have the same seeds, at least
/// two.</param>
/// <param name="P">p value of the two-sided sign-flip test over questions.</param>
/// <param name="AdjustedP"><paramref name="P"/> after Holm's correction over all differences.</param>
public sealed record ExperimentDifference(Estimate Accuracy, Estimate? AcrossSeeds, double P, double AdjustedP);
