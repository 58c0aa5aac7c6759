using SkillFactory.Evaluation.Statistics;

namespace SkillFactory.Reporting.ExperimentComparisons;

/// <summary>One model on one level in one experiment.</summary>
/// <param name="Experiment">Label of the experiment.</param>
/// <param name="Accuracy">Accuracy as in the report of the experiment.</param>
/// <param name="Tokens">Tokens per response.</param>
/// <param name="Difference">Difference to the first experiment. Null for the first experiment and when no question can be paired.</param>
public sealed record ComparedValue(string Experiment, Estimate Accuracy, Estimate? Tokens, ExperimentDifference? Difference);
