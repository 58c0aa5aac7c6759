namespace SkillFactory.Reporting.ExperimentComparisons;

/// <summary>What a model cost in one experiment.</summary>
/// <param name="Model">Key of the model, as in <see cref="ComparedCell"/>.</param>
/// <param name="Experiment">Label of the experiment.</param>
/// <param name="GrpoSteps">GRPO steps that led to it, mean over seeds; null without GRPO.</param>
/// <param name="TrainingTokens">Tokens spent to train it, mean over seeds.</param>
/// <param name="ResponseTokens">Tokens per response, mean over the levels that all experiments with this model have.</param>
public sealed record ModelCost(string Model, string Experiment, double? GrpoSteps, double TrainingTokens, double? ResponseTokens);
