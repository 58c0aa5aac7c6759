namespace SkillFactory.Grading.Quantities;

/// <summary>Words after a number that multiply it: "5 million", "3 dozen".</summary>
internal static class ScaleWords
{
    private static readonly Dictionary<string, Rational> Factors = new(StringComparer.OrdinalIgnoreCase)
    {
        ["dozen"] = 12,
        ["hundred"] = 100,
        ["thousand"] = 1000,
        ["lakh"] = 100_000,
        ["million"] = 1_000_000,
        ["crore"] = 10_000_000,
        ["billion"] = 1_000_000_000,
        ["trillion"] = 1_000_000_000_000,
    };

    /// <summary>The factor of a word in the singular or plural; null for any other word.</summary>
    public static Rational? FactorOf(string word) =>
        Factors.TryGetValue(word, out var factor) ? factor
        : word.EndsWith('s') && Factors.TryGetValue(word[..^1], out factor) ? factor
        : null;
}
