using static TorchSharp.torch;

namespace SkillFactory.Engine.Models;

/// <summary>
/// The attention of <see cref="Decoder"/>: the only step of the forward pass in which positions meet, and so the only one that
/// differs between training, prefill and decoding from a cache.
/// </summary>
internal interface IAttention
{
    /// <summary>Rotates queries and keys (<see cref="RotaryTable.Of"/>), and attends to the positions that the layer sees
    /// (<see cref="DecoderShape.WindowOf"/>). Called once per layer, in order.</summary>
    /// <param name="layer">Index of the layer.</param>
    /// <param name="qkv">[..., (H + 2·KV)·hd]: queries and keys, normed where the model does, and values, before
    /// rotation.</param>
    /// <returns>[..., H·hd]</returns>
    Tensor Attend(int layer, Tensor qkv);
}
