using static TorchSharp.torch;

namespace SkillFactory.Engine.Training;

/// <summary>The inputs of one forward pass on a device.</summary>
/// <param name="Ids">[B, T] int64</param>
/// <param name="Positions">[B, T] int64 when packed, else null.</param>
/// <param name="Mask">[B, 1, T, T] additive when packed, else null (causal).</param>
/// <param name="Predictors">[N] int64: index into B·T of the position whose output predicts each loss token.</param>
/// <param name="Targets">[N] int64: the loss tokens, row by row.</param>
internal sealed record MicroBatchTensors(Tensor Ids, Tensor? Positions, Tensor? Mask, Tensor Predictors, Tensor Targets);
