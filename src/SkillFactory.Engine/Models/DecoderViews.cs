using TorchSharp;
using static TorchSharp.torch;

namespace SkillFactory.Engine.Models;

/// <summary>The parameters of a decoder as views into its buckets. Q, K and V are one matrix, and so are gate and up.</summary>
public sealed class DecoderViews : IDisposable
{
    private readonly List<Tensor> _all = [];

    /// <param name="weights">The weights.</param>
    /// <param name="gradients">fp32, or null. When given, each view is a leaf that accumulates its gradient there.</param>
    public DecoderViews(ParameterBuckets weights, ParameterBuckets? gradients = null)
    {
        var s = weights.Layout.Shape;
        Tensor View(string first, params long[] dims)
        {
            var slot = weights.Layout[first];
            var count = dims.Aggregate(1L, (a, b) => a * b);
            using var scope = NewDisposeScope();
            var view = weights.Part(slot.Bucket, slot.Offset, count).view(dims).detach();
            if (gradients is not null)
            {
                view.requires_grad_(true);
                view.grad = gradients.Part(slot.Bucket, slot.Offset, count).view(dims);
            }

            _all.Add(view.DetachFromDisposeScope());
            return view;
        }

        long d = s.HiddenSize;
        Embedding = View("model.embed_tokens.weight", s.VocabSize, d);
        Head = s.TiedEmbedding ? Embedding : View("lm_head.weight", s.VocabSize, d);
        FinalNorm = View("model.norm.weight", d);
        Layers =
        [
            .. Enumerable
                .Range(0, s.Layers)
                .Select(i =>
                {
                    var p = $"model.layers.{i}.";
                    return new LayerViews(
                        View(p + "input_layernorm.weight", d),
                        View(p + "self_attn.q_proj.weight", s.QkvSize, d),
                        View(p + "self_attn.q_proj.bias", s.QkvSize),
                        View(p + "self_attn.o_proj.weight", d, (long)s.Heads * s.HeadDim),
                        View(p + "post_attention_layernorm.weight", d),
                        View(p + "mlp.gate_proj.weight", 2L * s.IntermediateSize, d),
                        View(p + "mlp.down_proj.weight", d, s.IntermediateSize)
                    );
                }),
        ];
    }

    /// <summary>[V, D]</summary>
    public Tensor Embedding { get; }

    /// <summary>[V, D]</summary>
    public Tensor Head { get; }

    /// <summary>[D]</summary>
    public Tensor FinalNorm { get; }

    public IReadOnlyList<LayerViews> Layers { get; }

    public void Dispose()
    {
        foreach (var view in _all)
        {
            view.Dispose();
        }
    }
}
