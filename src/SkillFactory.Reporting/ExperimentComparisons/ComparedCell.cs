namespace SkillFactory.Reporting.ExperimentComparisons;

/// <summary>One model on one level in several experiments.</summary>
/// <param name="Model">Key of the model, the same in all experiments; "chosen" when the user chose one model from each experiment.</param>
/// <param name="Values">The experiments that measured the model on this level.</param>
public sealed record ComparedCell(string Model, string Task, string Level, IReadOnlyList<ComparedValue> Values);
