using SkillFactory.Core.Recipes;
using SkillFactory.Evaluation.Summaries;

namespace SkillFactory.Reporting.ArmComparisons;

/// <summary>A model with its best-of-n results by seed.</summary>
/// <param name="Model">Key of the model.</param>
internal sealed record BestOfNModel(string Model, IReadOnlyDictionary<long, IReadOnlyList<BestOfNLevel>> Levels);
