using SkillFactory.Engine.Models;
using static TorchSharp.torch;

namespace SkillFactory.Engine.Sampling;

/// <summary>Keys and values of all rows being generated, and the attention of each row's newest position over them.</summary>
internal abstract class DecodeCache : IAttention, IDisposable
{
    /// <summary>Creates the cache that suits the device of the weights.</summary>
    /// <param name="weights">The weights that are sampled from.</param>
    /// <param name="rotary">Position tables.</param>
    /// <param name="rows">All rows.</param>
    /// <param name="promptLength">Length of the longest prompt.</param>
    /// <param name="newTokens">Maximum number of positions after the prompts.</param>
    public static DecodeCache Allocate(
        DecoderWeights weights,
        RotaryTable rotary,
        IReadOnlyList<DecodeRow> rows,
        int promptLength,
        int newTokens
    ) =>
        weights.Device.IsCpu && HostDecodeCache.Fits(weights.Layout.Shape, rows.Count, promptLength, newTokens)
            ? new HostDecodeCache(weights.Layout.Shape, rotary, rows, promptLength, newTokens)
            : new TensorDecodeCache(weights.Layout.Shape, weights.Device, rotary, rows, promptLength, newTokens);

    /// <summary>Stores a layer's keys (rotated) and values of the prompts: [prompts, KV, T, hd], prompts padded on the left to T.</summary>
    public abstract void Fill(int layer, Tensor keys, Tensor values);

    /// <summary>Moves every row to its next position. Call it before the layers of a step.</summary>
    public abstract void BeginStep();

    /// <summary>Stores the keys and values of the current position and attends to all positions up to it.</summary>
    /// <param name="layer">Index of the layer.</param>
    /// <param name="qkv">[rows, (H + 2·KV)·hd], before rotation.</param>
    /// <returns>[rows, H·hd]</returns>
    public abstract Tensor Attend(int layer, Tensor qkv);

    /// <summary>Drops all rows but those at these indices, which ascend.</summary>
    public abstract void Keep(IReadOnlyList<int> rows);

    public abstract void Dispose();
}
