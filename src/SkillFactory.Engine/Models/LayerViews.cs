using static TorchSharp.torch;

namespace SkillFactory.Engine.Models;

/// <summary>The parameters of one decoder layer. Those that the model lacks are null.</summary>
public sealed record LayerViews
{
    /// <summary>[(H + 2·KV)·hd, D]</summary>
    public required Tensor Qkv { get; init; }

    /// <summary>[(H + 2·KV)·hd]</summary>
    public required Tensor? QkvBias { get; init; }

    /// <summary>[hd], or [H·hd]</summary>
    public required Tensor? QueryNorm { get; init; }

    /// <summary>[hd], or [KV·hd]</summary>
    public required Tensor? KeyNorm { get; init; }

    /// <summary>[D, H·hd]</summary>
    public required Tensor Output { get; init; }

    /// <summary>[D]</summary>
    public required Tensor? OutputBias { get; init; }

    /// <summary>[D]</summary>
    public required Tensor AttentionNorm { get; init; }

    /// <summary>[2·FF, D]</summary>
    public required Tensor GateUp { get; init; }

    /// <summary>[2·FF]</summary>
    public required Tensor? GateUpBias { get; init; }

    /// <summary>[D, FF]</summary>
    public required Tensor Down { get; init; }

    /// <summary>[D]</summary>
    public required Tensor? DownBias { get; init; }

    /// <summary>[D]</summary>
    public required Tensor MlpNorm { get; init; }
}
