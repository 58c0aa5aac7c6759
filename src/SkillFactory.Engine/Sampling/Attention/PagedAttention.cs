using SkillFactory.Engine.Models;
using SkillFactory.Engine.Sampling.Paging;
using static TorchSharp.torch;

namespace SkillFactory.Engine.Sampling.Attention;

/// <summary>The keys and values of all sequences that are being generated, in pages, and the attention of the positions of a step over
/// them.</summary>
internal abstract class PagedAttention : IAttention, IDisposable
{
    protected CancellationToken Cancellation { get; private set; }

    /// <summary>Creates the form that suits the device of the weights.</summary>
    public static PagedAttention Create(DecoderWeights weights, RotaryTable rotary) =>
        weights.Device.IsCpu
            ? new HostPagedAttention<float, SingleElement>(weights.Layout.Shape, rotary)
            : new TensorPagedAttention(weights.Layout.Shape, weights.Device, rotary);

    /// <summary>Bytes of a page: keys and values of all layers.</summary>
    public static long PageBytes(DecoderShape shape) => (long)shape.Layers * new PageLayout(shape).Size * sizeof(float);

    /// <summary>Call it before the layers of a step.</summary>
    /// <param name="plan">The step. Its tokens are those of the rows, then those of the chunks.</param>
    /// <param name="cancellationToken">Ends the step before its next layer.</param>
    public virtual void Begin(StepPlan plan, CancellationToken cancellationToken) => Cancellation = cancellationToken;

    /// <summary>Stores the keys and values of the step's positions, and attends from each to all positions of its sequence up to
    /// it.</summary>
    /// <param name="layer">Index of the layer.</param>
    /// <param name="qkv">[tokens, (H + 2·KV)·hd], before rotation. Tokens after those of the step are padding.</param>
    /// <returns>[tokens, H·hd]; 0 for padding.</returns>
    public abstract Tensor Attend(int layer, Tensor qkv);

    /// <summary>Copies a page to another, in all layers.</summary>
    public abstract void Copy(int from, int to);

    public abstract void Dispose();
}
