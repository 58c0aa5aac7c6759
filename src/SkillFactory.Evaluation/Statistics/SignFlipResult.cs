namespace SkillFactory.Evaluation.Statistics;

/// <summary>Result of a <see cref="SignFlipTest"/>.</summary>
/// <param name="P">Two-sided p value.</param>
/// <param name="Exact">Whether P counts all sign patterns. If not, it comes from <see cref="SignFlipTest.Draws"/> random patterns.</param>
/// <param name="Differing">Pairs with a non-zero difference; the other pairs do not change P.</param>
public sealed record SignFlipResult(double P, bool Exact, int Differing);
