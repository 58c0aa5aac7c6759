using SkillFactory.Core.Randomness;
using SkillFactory.Engine.Devices;
using SkillFactory.Engine.Models;
using SkillFactory.Engine.Training;
using TorchSharp;
using static SkillFactory.Engine.Tests.Training.TrainingFixture;
using static TorchSharp.torch;

namespace SkillFactory.Engine.Tests.Models;

[Collection(TensorCollection.Name)]
public class ParameterBucketsTests
{
    private static readonly DecoderShape Qwen7B = new()
    {
        VocabSize = 152_064,
        HiddenSize = 3584,
        Layers = 28,
        Heads = 28,
        KvHeads = 4,
        HeadDim = 128,
        IntermediateSize = 18_944,
        TiedEmbedding = false,
    };

    /// <summary>From one group per bucket to three buckets.</summary>
    public static TheoryData<long> Limits => [1, 150, 300, 1000, 1500];

    [Theory]
    [InlineData(ParameterLayout.DefaultBucketLimit)]
    [InlineData(1L << 30)]
    [InlineData(1)]
    public void Groups_of_a_large_model_follow_one_another_without_crossing_buckets(long limit)
    {
        var layout = new ParameterLayout(Qwen7B, limit);
        var (next, decayedOf) = (new long[layout.Buckets.Count], new long[layout.Buckets.Count]);
        var at = (Bucket: 0, Order: 0);
        foreach (var group in DecoderParameters.Of(Qwen7B))
        {
            var slots = group.Tensors.Select(t => layout[t.Name]).ToList();
            var bucket = Assert.Single(slots.Select(s => s.Bucket).Distinct());
            Assert.InRange(bucket, at.Bucket, at.Bucket + 1);
            foreach (var slot in slots)
            {
                Assert.Equal(layout.Slots[at.Order], slot);
                Assert.Equal(next[bucket], slot.Offset);
                next[bucket] += slot.Count;
                at = (bucket, at.Order + 1);
            }

            if (group.Decayed)
            {
                // All decayed elements come before the others.
                decayedOf[bucket] = next[bucket];
                Assert.Equal(layout.Buckets.Take(bucket).Sum(b => b.Count), decayedOf.Take(bucket).Sum());
            }
        }

        Assert.Equal(layout.Slots.Count, at.Order);
        Assert.Equal(next, layout.Buckets.Select(b => b.Count));
        Assert.Equal(decayedOf, layout.Buckets.Select(b => b.DecayedCount));
        Assert.Equal(7_615_616_512, layout.Count);

        // A bucket is full, or the next group did not fit it. Only a group above the limit is in a larger bucket, alone.
        var sizes = DecoderParameters.Of(Qwen7B).ToLookup(g => layout[g.Name].Bucket, g => g.Tensors.Sum(t => t.Count));
        for (var b = 0; b < layout.Buckets.Count; b++)
        {
            Assert.True(layout.Buckets[b].Count <= limit || sizes[b].Count() == 1);
            Assert.True(b == layout.Buckets.Count - 1 || layout.Buckets[b].Count + sizes[b + 1].First() > limit);
        }
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.BFloat16)]
    public void Elements_are_read_where_they_were_written(ScalarType type)
    {
        using var scope = NewDisposeScope();
        var layout = new ParameterLayout(TestModel.Grouped, 300);
        using var buckets = new ParameterBuckets(layout, DeviceSpec.Cpu, type);
        buckets.Zero();
        var stream = new KeyedRandom(1).Stream();
        var expected = layout.Buckets.Select(b => new float[b.Count]).ToList();
        for (var i = 0; i < 200; i++)
        {
            var slot = layout.Slots[stream.Next(layout.Slots.Count)];
            var first = stream.Next((int)slot.Count);
            var part = Enumerable.Range(0, 1 + stream.Next((int)slot.Count - first)).Select(_ => (float)stream.Next(-100, 100)).ToArray();
            buckets.Write(slot, first, part);
            part.CopyTo(expected[slot.Bucket], slot.Offset + first);
            var read = new float[part.Length];
            buckets.Read(slot, first, read);
            Assert.Equal(part, read);
        }

        Assert.Equal(expected, buckets.Tensors.Select(t => t.to(ScalarType.Float32).data<float>().ToArray()));
        var last = layout.Slots[^1];
        Assert.Throws<ArgumentOutOfRangeException>(() => buckets.Read(last, last.Count - 1, new float[2]));
        Assert.Throws<ArgumentOutOfRangeException>(() => buckets.Write(last, -1, new float[2]));
    }

    [Theory]
    [MemberData(nameof(Limits))]
    public void Any_number_of_buckets_gives_the_same_bits(long limit)
    {
        // Clipping is off: the order in which the norm sums its elements depends on the buckets.
        var settings = Optimizer with { ClipNorm = 0 };
        using var whole = new TestModel(TestModel.Grouped with { TiedEmbedding = false });
        using var parts = new TestModel(whole.Shape, bucketLimit: limit);
        Assert.True(parts.Layout.Buckets.Count > 1);
        var options = new TrainerOptions { Shards = 2, MicroBatchArea = 24 };
        using var a = new Trainer(whole.Weights, options);
        using var b = new Trainer(parts.Weights, options);
        var batch = Batch(whole, 1, 12, 5, 8, 3);
        Assert.Equal(a.LogProbs(batch, 0.7), b.LogProbs(batch, 0.7));
        for (var step = 0; step < 3; step++)
        {
            var (left, right) = (a.Supervised(batch, 1e-2, settings), b.Supervised(batch, 1e-2, settings));
            Assert.Equal(left.Loss, right.Loss);
            Assert.Equal(left.GradientNorm, right.GradientNorm, 1e-5 * left.GradientNorm);
            Assert.Equal(a.GradientToArray(), b.GradientToArray());
            Assert.Equal(whole.Weights.ToArray(), parts.Weights.ToArray());
            Assert.Equal(a.Optimizer.First.ToArray(), b.Optimizer.First.ToArray());
            Assert.Equal(a.Optimizer.Second.ToArray(), b.Optimizer.Second.ToArray());
        }

        // With clipping, only the rounding of the factor differs.
        a.Supervised(batch, 1e-2, settings with { ClipNorm = 0.01 });
        b.Supervised(batch, 1e-2, settings with { ClipNorm = 0.01 });
        Assert.True(Difference(whole.Weights.ToArray(), parts.Weights.ToArray()) < 1e-6);
    }

    [Fact]
    public void Decoders_of_the_same_shape_share_their_position_tables()
    {
        using var first = SharedRotary.Acquire(TestModel.Grouped, DeviceSpec.Cpu);
        using (var second = SharedRotary.Acquire(TestModel.Grouped with { }, DeviceSpec.Cpu))
        {
            Assert.Same(first.Table, second.Table);
        }

        using var other = SharedRotary.Acquire(TestModel.Grouped with { RopeTheta = 500 }, DeviceSpec.Cpu);
        Assert.NotSame(first.Table, other.Table);
        var table = first.Table;
        first.Dispose();
        first.Dispose();
        using var again = SharedRotary.Acquire(TestModel.Grouped, DeviceSpec.Cpu);
        Assert.NotSame(table, again.Table);
    }
}
