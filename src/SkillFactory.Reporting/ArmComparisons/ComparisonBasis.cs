namespace SkillFactory.Reporting.ArmComparisons;

/// <summary>What the two sides of a comparison have in common.</summary>
internal static class ComparisonBasis
{
    public const string EqualSteps = "equal_steps";
    public const string EqualTrainingTokens = "equal_training_tokens";
    public const string EqualInferenceTokens = "equal_inference_tokens";

    /// <summary>None of the others.</summary>
    public const string AsTrained = "as_trained";

    public static string Words(string basis) =>
        basis switch
        {
            EqualSteps => "at equal GRPO steps",
            EqualTrainingTokens => "at equal training tokens",
            EqualInferenceTokens => "at equal inference tokens",
            _ => "as trained",
        };
}
