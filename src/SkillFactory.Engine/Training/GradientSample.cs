using SkillFactory.Engine.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace SkillFactory.Engine.Training;

/// <summary>What is kept of a gradient to compare it with another one: each tensor's norm and evenly spaced elements of it.</summary>
internal sealed class GradientSample
{
    /// <summary>Elements per tensor, at most.</summary>
    private const long PerTensor = 1 << 16;

    private readonly List<double> _norms = [];
    private readonly List<float[]> _elements = [];

    public GradientSample(ParameterBuckets gradient)
    {
        using var noGrad = no_grad();
        foreach (var slot in gradient.Layout.Slots)
        {
            using var scope = NewDisposeScope();
            var tensor = gradient.Part(slot.Bucket, slot.Offset, slot.Count);
            var step = (slot.Count + PerTensor - 1) / PerTensor;
            _norms.Add(tensor.norm().item<float>());
            _elements.Add(tensor.slice(0, 0, slot.Count, step).cpu().contiguous().data<float>().ToArray());
        }
    }

    /// <summary>Norm of the whole gradient.</summary>
    public double Norm => Math.Sqrt(_norms.Sum(n => n * n));

    /// <summary>Largest difference of an element or of a tensor's norm; infinite if one is NaN.</summary>
    public double MaxDifference(GradientSample other) =>
        _elements
            .SelectMany(e => e)
            .Zip(other._elements.SelectMany(e => e), (a, b) => Math.Abs(a - (double)b))
            .Concat(_norms.Zip(other._norms, (a, b) => Math.Abs(a - b)))
            .Max(d => double.IsNaN(d) ? double.PositiveInfinity : d);
}
