using SkillFactory.Engine.Models;
using static TorchSharp.torch;

namespace SkillFactory.Engine.Sampling;

/// <summary>One row of a batch that is being generated.</summary>
/// <param name="Prompt">Index of the prompt it continues.</param>
/// <param name="PromptLength">Tokens of that prompt.</param>
internal readonly record struct DecodeRow(int Prompt, int PromptLength);

/// <summary>Keys and values of all rows being generated, and the attention of each row's next position over them.</summary>
internal abstract class DecodeCache : IDisposable
{
    /// <summary>A cache for the weights' device.</summary>
    /// <param name="weights">Whose keys and values.</param>
    /// <param name="rotary">Position tables.</param>
    /// <param name="rows">All rows.</param>
    /// <param name="promptLength">The longest prompt's length.</param>
    /// <param name="newTokens">Most positions after the prompts.</param>
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

    /// <summary>Takes a layer's prefill, rotated: [prompts, KV, T, hd], prompts padded on the left to T.</summary>
    public abstract void Fill(int layer, Tensor keys, Tensor values);

    /// <summary>Goes to the next position of every row; comes before the layers of a step.</summary>
    public abstract void BeginStep();

    /// <summary>Rotates and stores the position's keys and values, and attends to all positions up to it.</summary>
    /// <param name="layer">Layer.</param>
    /// <param name="qkv">[rows, (H + 2·KV)·hd], not rotated.</param>
    /// <returns>[rows, H·hd]</returns>
    public abstract Tensor Attend(int layer, Tensor qkv);

    /// <summary>Keeps the rows at these indices (ascending) only.</summary>
    public abstract void Keep(IReadOnlyList<int> rows);

    public abstract void Dispose();
}
