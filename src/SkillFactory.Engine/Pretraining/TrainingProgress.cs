namespace SkillFactory.Engine.Pretraining;

/// <summary>Progress of a pretraining run.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Steps">Total steps.</param>
/// <param name="Tokens">Tokens trained on since the run started or resumed.</param>
/// <param name="Loss">Mean loss per loss token of the step.</param>
/// <param name="Note">The current activity if it is not training; else empty.</param>
public sealed record TrainingProgress(int Step, int Steps, long Tokens, double Loss, string Note);
