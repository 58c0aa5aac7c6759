using static TorchSharp.torch;

namespace SkillFactory.Engine.Models;

/// <summary>The parameters of one decoder layer.</summary>
/// <param name="InputNorm">[D]</param>
/// <param name="Qkv">[(H + 2·KV)·hd, D]</param>
/// <param name="QkvBias">[(H + 2·KV)·hd]</param>
/// <param name="Output">[D, H·hd]</param>
/// <param name="PostNorm">[D]</param>
/// <param name="GateUp">[2·FF, D]</param>
/// <param name="Down">[D, FF]</param>
public sealed record LayerViews(Tensor InputNorm, Tensor Qkv, Tensor QkvBias, Tensor Output, Tensor PostNorm, Tensor GateUp, Tensor Down);
