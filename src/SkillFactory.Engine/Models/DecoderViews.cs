using TorchSharp;
using static TorchSharp.torch;

namespace SkillFactory.Engine.Models;

/// <summary>The parameters of a decoder as views into its buckets, one for each group (<see cref="DecoderParameters"/>).</summary>
public sealed class DecoderViews : IDisposable
{
    private readonly Dictionary<string, Tensor> _groups = [];

    /// <param name="weights">The weights.</param>
    /// <param name="gradients">fp32, or null. When given, each view is a leaf that accumulates its gradient there.</param>
    public DecoderViews(ParameterBuckets weights, ParameterBuckets? gradients = null)
    {
        var layout = weights.Layout;
        foreach (var group in DecoderParameters.Of(layout.Shape))
        {
            var (slot, shape) = (layout[group.Name], group.Shape);
            var count = shape.Aggregate(1L, (a, b) => a * b);
            using var scope = NewDisposeScope();
            var view = weights.Part(slot.Bucket, slot.Offset, count).view(shape).detach();
            if (gradients is not null)
            {
                view.requires_grad_(true);
                view.grad = gradients.Part(slot.Bucket, slot.Offset, count).view(shape);
            }

            _groups.Add(group.Name, view.DetachFromDisposeScope());
        }

        Embedding = _groups[DecoderParameters.Embedding];
        Head = Find(DecoderParameters.Head) ?? Embedding;
        FinalNorm = _groups[DecoderParameters.FinalNorm];
        Layers = [.. Enumerable.Range(0, layout.Shape.Layers).Select(i => Layer(new LayerNames(i, layout.Shape.Norms)))];
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
        foreach (var view in _groups.Values)
        {
            view.Dispose();
        }
    }

    private LayerViews Layer(LayerNames names) =>
        new()
        {
            Qkv = _groups[names.Query + LayerNames.Weight],
            QkvBias = Find(names.Query + LayerNames.Bias),
            QueryNorm = Find(names.QueryNorm),
            KeyNorm = Find(names.KeyNorm),
            Output = _groups[names.Output + LayerNames.Weight],
            OutputBias = Find(names.Output + LayerNames.Bias),
            AttentionNorm = _groups[names.AttentionNorm],
            GateUp = _groups[names.Gate + LayerNames.Weight],
            GateUpBias = Find(names.Gate + LayerNames.Bias),
            Down = _groups[names.Down + LayerNames.Weight],
            DownBias = Find(names.Down + LayerNames.Bias),
            MlpNorm = _groups[names.MlpNorm],
        };

    private Tensor? Find(string group) => _groups.GetValueOrDefault(group);
}
