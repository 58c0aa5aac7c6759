namespace SkillFactory.Core.Advantages;

/// <summary>One optimizer update.</summary>
/// <param name="Samples">The responses of whole groups, in order.</param>
/// <param name="Tokens">Denominator of the loss: the number of response tokens of all samples. The token mean is taken over the whole
/// mini-batch, so a micro-batch contributes (sum over its tokens) / Tokens.</param>
public sealed record GrpoMiniBatch(IReadOnlyList<GrpoSample> Samples, long Tokens);
