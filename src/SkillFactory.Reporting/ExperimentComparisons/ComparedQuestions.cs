namespace SkillFactory.Reporting.ExperimentComparisons;

/// <summary>The questions of one level in several experiments.</summary>
/// <param name="Asked">Distinct questions by experiment label. An experiment without the level has no entry.</param>
/// <param name="Common">Questions in common with the first experiment, by label of the other one. Only experiments whose single answers are
/// available have an entry.</param>
public sealed record ComparedQuestions(
    string Task,
    string Level,
    IReadOnlyDictionary<string, int> Asked,
    IReadOnlyDictionary<string, int> Common
);
