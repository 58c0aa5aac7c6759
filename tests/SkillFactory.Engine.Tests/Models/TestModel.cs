using SkillFactory.Core.Randomness;
using SkillFactory.Engine.Devices;
using SkillFactory.Engine.Models;
using static TorchSharp.torch;

namespace SkillFactory.Engine.Tests.Models;

/// <summary>A small decoder whose parameters are all random (biases and norms too), and a reference decoder with the same
/// values.</summary>
internal sealed class TestModel : IDisposable
{
    /// <summary>Grouped-query attention, a tied head, and an attention width that differs from the hidden size.</summary>
    public static readonly DecoderShape Grouped = new()
    {
        VocabSize = 13,
        HiddenSize = 12,
        Layers = 2,
        Heads = 4,
        KvHeads = 2,
        HeadDim = 4,
        IntermediateSize = 20,
        MaxPositions = 48,
    };

    /// <param name="shape">Sizes.</param>
    /// <param name="seed">Seed of the values.</param>
    /// <param name="scale">Standard deviation of matrices, relative to 1/√(inputs).</param>
    /// <param name="bucketLimit">Elements of a bucket, at most.</param>
    /// <param name="workType">Type of the weights.</param>
    public TestModel(
        DecoderShape shape,
        ulong seed = 1,
        double scale = 1.4,
        long bucketLimit = ParameterLayout.DefaultBucketLimit,
        ScalarType workType = ScalarType.Float32
    )
    {
        Layout = new ParameterLayout(shape, bucketLimit);
        Weights = new DecoderWeights(Layout, DeviceSpec.Cpu, workType);
        Weights.CopyFrom(Random(Layout, seed, scale));
        Rotary = new RotaryTable(shape, DeviceSpec.Cpu);
        Reference = new ReferenceDecoder(new ParameterLayout(shape), Weights.ToArray());
    }

    public DecoderShape Shape => Layout.Shape;

    public ParameterLayout Layout { get; }

    public DecoderWeights Weights { get; }

    public RotaryTable Rotary { get; }

    public ReferenceDecoder Reference { get; }

    public static float[] Random(ParameterLayout layout, ulong seed, double scale = 1.4)
    {
        var stream = new KeyedRandom(seed).Stream();
        var values = new float[layout.Count];
        foreach (var slot in layout.Slots)
        {
            var (mean, deviation) = slot switch
            {
                { Shape.Length: 2 } => (0, scale / Math.Sqrt(slot.Shape[1])),
                _ when slot.Name.EndsWith("norm.weight", StringComparison.Ordinal) => (1, 0.3),
                _ => (0, 0.5),
            };
            foreach (ref var value in values.AsSpan(layout.IndexOf(slot.Name), (int)slot.Count))
            {
                value = (float)(mean + (deviation * stream.NextNormal()));
            }
        }

        return values;
    }

    /// <summary>Random token ids.</summary>
    public int[] Tokens(int count, ulong seed)
    {
        var stream = new KeyedRandom(seed).Stream();
        return [.. Enumerable.Range(0, count).Select(_ => stream.Next(Shape.VocabSize))];
    }

    public void Dispose()
    {
        Weights.Dispose();
        Rotary.Dispose();
    }
}
