namespace SkillFactory.Core.Advantages;

/// <summary>One optimizer update.</summary>
/// <param name="Samples">The responses of whole groups that carry loss, in order.</param>
/// <param name="Denominator">Divides the sum of the loss over all samples (<see cref="Recipes.GrpoSettings.Aggregation"/>): the number of
/// response tokens, the number of responses, or the number of responses times the response limit. It belongs to the whole mini-batch, so a
/// micro-batch contributes (its sum) / Denominator.</param>
public sealed record GrpoMiniBatch(IReadOnlyList<GrpoSample> Samples, double Denominator);
