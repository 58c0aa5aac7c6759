using SkillFactory.Evaluation.Statistics;

namespace SkillFactory.Reporting.ArmComparisons;

/// <summary>The difference of two models on one level, left minus right, paired by question.</summary>
/// <param name="Left">Key of the left model.</param>
/// <param name="Right">Key of the right model; for best of n, of the model that gives n answers.</param>
/// <param name="BestOf">n, when the right side is best of n; else null.</param>
/// <param name="Choice">For best of n, how the answer is chosen: reflection (by reflections of the base model), reflection_in_turn (the
/// same, up to the first answer judged Correct) or majority.</param>
/// <param name="Basis">What both sides have in common: equal_steps, equal_training_tokens (within 10 %) or equal_inference_tokens;
/// as_trained when they have none of these in common.</param>
/// <param name="Accuracy">Difference of the accuracies, with an interval over questions.</param>
/// <param name="AcrossSeeds">The same difference with an interval over seeds and questions; null for one seed.</param>
/// <param name="P">p value of the two-sided sign-flip test over questions.</param>
/// <param name="Family">The comparisons that are corrected together (<see cref="ComparisonFamily"/>).</param>
/// <param name="AdjustedP"><paramref name="P"/> after Holm's correction within the family.</param>
/// <param name="PassAtK">Difference of pass@k for each k that both sides have; empty for best of n.</param>
/// <param name="Seeds">Difference of the accuracies per seed.</param>
/// <param name="LeftTokens">Tokens per final answer on the left.</param>
/// <param name="RightTokens">Tokens per final answer on the right. For best of n these are the tokens of all answers, and of the
/// reflections if they choose the answer.</param>
public sealed record ArmComparison(
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
)
{
    /// <summary>Whether the interval of the difference excludes zero and the corrected p is below 1 −
    /// <paramref name="confidence"/>.</summary>
    internal bool IsSignificant(double confidence) => (Accuracy.Interval?.ExcludesZero ?? false) && AdjustedP < 1 - confidence;
}
