namespace SkillFactory.Reporting.ExperimentComparisons;

/// <summary>A recipe setting that is not the same in all experiments.</summary>
/// <param name="Path">Path of the key in the recipe. List items appear with their name, or with task and level.</param>
/// <param name="Values">Values by experiment label. An experiment without the key has no entry.</param>
public sealed record SettingDifference(string Path, IReadOnlyDictionary<string, string> Values);
