using System.Runtime.InteropServices;
using SkillFactory.Core.Randomness;
using SkillFactory.Engine.Devices;
using TorchSharp;
using static TorchSharp.torch;

namespace SkillFactory.Engine.Models;

/// <summary>All weights of one decoder in one flat fp32 buffer on one device, with the views the forward pass reads.</summary>
public sealed class DecoderWeights : IDisposable
{
    public DecoderWeights(ParameterLayout layout, DeviceSpec device)
    {
        Layout = layout;
        Device = device;
        using var scope = NewDisposeScope();
        Flat = zeros([layout.Count], ScalarType.Float32, device.Torch).DetachFromDisposeScope();
        Views = new DecoderViews(layout, Flat);
    }

    public ParameterLayout Layout { get; }

    public DeviceSpec Device { get; }

    /// <summary>[Count] fp32.</summary>
    public Tensor Flat { get; }

    /// <summary>Views without gradients, for sampling.</summary>
    public DecoderViews Views { get; }

    /// <summary>Fills the buffer from host memory.</summary>
    public void CopyFrom(ReadOnlySpan<float> values)
    {
        if (values.Length != Layout.Count)
        {
            throw new ArgumentException($"{values.Length} values for {Layout.Count} parameters", nameof(values));
        }

        if (Device.IsCpu)
        {
            values.CopyTo(MemoryMarshal.Cast<byte, float>(Flat.bytes));
            return;
        }

        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var staging = zeros([Layout.Count], ScalarType.Float32, CPU);
        values.CopyTo(MemoryMarshal.Cast<byte, float>(staging.bytes));
        Flat.copy_(staging);
    }

    /// <summary>Copies the buffer to host memory.</summary>
    public float[] ToArray()
    {
        using var scope = NewDisposeScope();
        return MemoryMarshal.Cast<byte, float>(Flat.cpu().bytes).ToArray();
    }

    /// <summary>Normal(0, 0.02) matrices, the two residual projections scaled by 1/√(2·layers) (GPT-2), unit norms, zero biases.</summary>
    public void Initialize(KeyedRandom random)
    {
        var values = new float[Layout.Count];
        var residualScale = 1 / Math.Sqrt(2.0 * Layout.Shape.Layers);
        foreach (var slot in Layout.Slots)
        {
            var span = values.AsSpan((int)slot.Offset, (int)slot.Count);
            if (slot.Name.EndsWith("norm.weight", StringComparison.Ordinal))
            {
                span.Fill(1);
            }
            else if (slot.Shape.Length == 2)
            {
                var scale = 0.02;
                if (
                    slot.Name.EndsWith("o_proj.weight", StringComparison.Ordinal)
                    || slot.Name.EndsWith("down_proj.weight", StringComparison.Ordinal)
                )
                {
                    scale *= residualScale;
                }

                var stream = random.Child(slot.Name).Stream();
                foreach (ref var value in span)
                {
                    value = (float)(stream.NextNormal() * scale);
                }
            }
        }

        CopyFrom(values);
    }

    public void Dispose()
    {
        Views.Dispose();
        Flat.Dispose();
    }
}

/// <summary>The matrices and vectors of a decoder as views into a flat buffer (weights or gradients), fused where one product serves.</summary>
public sealed class DecoderViews : IDisposable
{
    private readonly List<Tensor> _all = [];

    /// <param name="layout">The layout.</param>
    /// <param name="flat">[Count] fp32.</param>
    /// <param name="gradients">When given ([Count]), each view is a leaf that requires a gradient and accumulates it there.</param>
    public DecoderViews(ParameterLayout layout, Tensor flat, Tensor? gradients = null)
    {
        var s = layout.Shape;
        Tensor View(string first, params long[] dims)
        {
            var offset = layout[first].Offset;
            var count = dims.Aggregate(1L, (a, b) => a * b);
            using var scope = NewDisposeScope();
            var view = flat.narrow(0, offset, count).view(dims).detach();
            if (gradients is not null)
            {
                view.requires_grad_(true);
                view.grad = gradients.narrow(0, offset, count).view(dims);
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

/// <param name="InputNorm">[D]</param>
/// <param name="Qkv">[(H + 2·KV)·hd, D]</param>
/// <param name="QkvBias">[(H + 2·KV)·hd]</param>
/// <param name="Output">[D, H·hd]</param>
/// <param name="PostNorm">[D]</param>
/// <param name="GateUp">[2·FF, D]</param>
/// <param name="Down">[D, FF]</param>
public sealed record LayerViews(Tensor InputNorm, Tensor Qkv, Tensor QkvBias, Tensor Output, Tensor PostNorm, Tensor GateUp, Tensor Down);
