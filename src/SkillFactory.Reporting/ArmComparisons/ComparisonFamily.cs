namespace SkillFactory.Reporting.ArmComparisons;

/// <summary>Families of comparisons whose p values are corrected together.</summary>
internal static class ComparisonFamily
{
    /// <summary>Final models of different arms, and best of n at equal inference tokens.</summary>
    public const string Arms = "arms";

    /// <summary>Models against the base model or an earlier checkpoint of the same arm, and best of n at other costs.</summary>
    public const string Stages = "stages";
}
