namespace SkillFactory.Engine.Training;

/// <summary>Hyperparameters of <see cref="AdamW"/>.</summary>
/// <param name="Beta1">Decay rate of the first moment.</param>
/// <param name="Beta2">Decay rate of the second moment.</param>
/// <param name="WeightDecay">Decoupled weight decay.</param>
/// <param name="ClipNorm">Global gradient norm above which the gradient is scaled down; 0 for no clipping.</param>
/// <param name="Epsilon">Added to the denominator.</param>
public sealed record AdamWSettings(double Beta1, double Beta2, double WeightDecay, double ClipNorm, double Epsilon = 1e-8);
