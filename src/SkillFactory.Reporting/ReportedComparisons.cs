using SkillFactory.Evaluation.Statistics;

namespace SkillFactory.Reporting;

/// <summary>Left minus right on the questions both answered, paired by question.</summary>
/// <param name="Left">Key of a model.</param>
/// <param name="Right">Key of a model; with <paramref name="BestOf"/>, of the one that answers several times.</param>
/// <param name="BestOf">n, when the right side is one of n answers; else null.</param>
/// <param name="Choice">How that one is chosen: reflection (the base's own), reflection_in_turn (until it says Correct) or majority; null without <paramref name="BestOf"/>.</param>
/// <param name="Basis">What is equal: equal_steps, equal_training_tokens (within a tenth), equal_inference_tokens; as_trained when none is.</param>
/// <param name="Accuracy">Difference of accuracies, interval over questions.</param>
/// <param name="AcrossSeeds">The same with an interval over seeds and questions; null for one seed.</param>
/// <param name="P">Two-sided sign-flip test over questions.</param>
/// <param name="Family">Comparisons that were corrected for together: arms (final models of different arms, at equal something or as trained), or
/// stages (against the base and the checkpoint before, and best of n that spends other than the single response).</param>
/// <param name="AdjustedP"><paramref name="P"/> after Holm's correction within the family.</param>
/// <param name="PassAtK">Difference of pass@k, for the k both have; empty with <paramref name="BestOf"/>.</param>
/// <param name="Seeds">Difference of accuracies per seed.</param>
/// <param name="LeftTokens">Tokens per final answer, left.</param>
/// <param name="RightTokens">Tokens per final answer, right; with <paramref name="BestOf"/> those of all n, and of their reflections when these choose.</param>
public sealed record Comparison(
    string Left,
    string Right,
    int? BestOf,
    string? Choice,
    string Task,
    string Level,
    IReadOnlyList<string> Basis,
    Estimate Accuracy,
    Estimate? AcrossSeeds,
    double P,
    string Family,
    double AdjustedP,
    IReadOnlyDictionary<int, Estimate> PassAtK,
    IReadOnlyList<SeedDifference> Seeds,
    double? LeftTokens,
    double? RightTokens
);

public sealed record SeedDifference(long Seed, Estimate Accuracy);

/// <param name="Group">trained, harder, other or all (<see cref="LevelGroups"/>).</param>
/// <param name="Accuracy">Mean over the group's levels of the paired difference, left minus right.</param>
public sealed record MeanComparison(string Left, string Right, string Group, Estimate Accuracy);

/// <param name="Basis">One of <see cref="Comparison.Basis"/>.</param>
/// <param name="Harder">See <see cref="ReportedLevel"/>.</param>
/// <param name="Ahead">Key of the model with the higher accuracy, or null when equal.</param>
/// <param name="ExcludesZero">Whether the interval of the difference excludes zero.</param>
/// <param name="ToldApart">Whether it does, and the adjusted p is below 1 − confidence. Where not, being ahead proves nothing.</param>
/// <param name="Difference">Left minus right.</param>
/// <param name="AdjustedP">See <see cref="Comparison.AdjustedP"/>.</param>
/// <param name="SeedsAgreeing">Seeds whose own difference has the sign of the pooled one.</param>
/// <param name="Seeds">Seeds compared.</param>
/// <param name="Text">The same as a sentence.</param>
public sealed record LevelVerdict(
    string Task,
    string Level,
    bool Harder,
    string Basis,
    string Left,
    string Right,
    int? BestOf,
    string? Choice,
    string? Ahead,
    bool ExcludesZero,
    bool ToldApart,
    Estimate Difference,
    double AdjustedP,
    int SeedsAgreeing,
    int Seeds,
    string Text
);
