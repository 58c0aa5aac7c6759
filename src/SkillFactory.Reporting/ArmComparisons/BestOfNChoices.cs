using SkillFactory.Evaluation.Statistics;
using SkillFactory.Evaluation.Summaries;

namespace SkillFactory.Reporting.ArmComparisons;

/// <summary>Names of the ways to choose one of n answers, in report.json and for readers.</summary>
internal static class BestOfNChoices
{
    public const string Reflection = "reflection";
    public const string ReflectionInTurn = "reflection_in_turn";
    public const string Majority = "majority";

    public static string NameOf(BestOfNChoice choice) =>
        choice switch
        {
            BestOfNChoice.Reflection => Reflection,
            BestOfNChoice.ReflectionInTurn => ReflectionInTurn,
            _ => Majority,
        };

    /// <summary>Display name of a model, e.g. "rl-only, best of 4 by reflection".</summary>
    /// <param name="label">Display name of the model that gives the answers.</param>
    /// <param name="bestOf">n, or null for a model that answers once.</param>
    /// <param name="choice">How one of the answers is chosen; null for a model that answers once.</param>
    public static string ModelName(string label, int? bestOf, string? choice) => ModelName(label, bestOf?.ToString(), choice);

    /// <inheritdoc cref="ModelName(string, int?, string?)"/>
    /// <param name="label">Display name of the model that gives the answers.</param>
    /// <param name="bestOf">A number or "n"; null for a model that answers once.</param>
    /// <param name="choice">How one of the answers is chosen.</param>
    public static string ModelName(string label, string? bestOf, string? choice) =>
        bestOf is null
            ? label
            : choice switch
            {
                Majority => $"{label}, majority of {bestOf}",
                ReflectionInTurn => $"{label}, up to {bestOf} answers until one is judged Correct",
                _ => $"{label}, best of {bestOf} by reflection",
            };
}
