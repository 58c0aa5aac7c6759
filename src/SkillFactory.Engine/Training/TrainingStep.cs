namespace SkillFactory.Engine.Training;

/// <summary>The result of a supervised step.</summary>
/// <param name="Loss">Mean loss per loss token.</param>
/// <param name="GradientNorm">Norm of the gradient before clipping.</param>
/// <param name="Tokens">Number of tokens, prompts included, padding excluded.</param>
/// <param name="LossTokens">Number of tokens that carry loss.</param>
public sealed record TrainingStep(double Loss, double GradientNorm, long Tokens, long LossTokens);
