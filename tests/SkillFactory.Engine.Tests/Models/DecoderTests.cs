using SkillFactory.Core.Randomness;
using SkillFactory.Engine.Devices;
using SkillFactory.Engine.Models;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace SkillFactory.Engine.Tests.Models;

[Collection(TensorCollection.Name)]
public class DecoderTests
{
    private const double Tolerance = 2e-5;

    public static TheoryData<string, DecoderShape> Shapes =>
        new()
        {
            {
                "one layer, as many key as query heads",
                new()
                {
                    VocabSize = 11,
                    HiddenSize = 8,
                    Layers = 1,
                    Heads = 2,
                    KvHeads = 2,
                    HeadDim = 4,
                    IntermediateSize = 12,
                    MaxPositions = 9,
                }
            },
            { "grouped, tied", TestModel.Grouped },
            { "one key head for all, untied", TestModel.Grouped with { KvHeads = 1, TiedEmbedding = false } },
            { "one head", TestModel.Grouped with { Heads = 1, KvHeads = 1, HeadDim = 6 } },
            { "other base and epsilon", TestModel.Grouped with { RopeTheta = 1_000_000, RmsNormEps = 0.1, TiedEmbedding = false } },
            { "smallest head", TestModel.Grouped with { HeadDim = 2, Layers = 3 } },
        };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Logits_equal_those_of_the_reference(string name, DecoderShape shape)
    {
        using var model = new TestModel(shape);
        foreach (var length in new[] { 1, 2, shape.MaxPositions })
        {
            var tokens = model.Tokens(length, (ulong)length);
            AssertClose(name, model.Reference.Logits(tokens), Logits(model, [tokens])[0]);
        }
    }

    [Theory]
    [MemberData(nameof(FamilyShapes.Names), MemberType = typeof(FamilyShapes))]
    public void Logits_of_every_family_equal_those_of_the_reference(string family)
    {
        using var model = new TestModel(FamilyShapes.All[family]);
        foreach (var length in new[] { 1, 4, model.Shape.MaxPositions })
        {
            var tokens = model.Tokens(length, (ulong)length);
            AssertClose(family, model.Reference.Logits(tokens), Logits(model, [tokens])[0]);
        }
    }

    [Theory]
    [MemberData(nameof(FamilyShapes.Names), MemberType = typeof(FamilyShapes))]
    public void Every_parameter_of_every_family_affects_the_logits(string family)
    {
        using var model = new TestModel(FamilyShapes.All[family]);
        var values = model.Weights.ToArray();
        var tokens = Enumerable.Range(0, model.Shape.VocabSize).ToArray();
        var logits = Logits(model, [tokens])[0];
        foreach (var slot in model.Layout.Slots)
        {
            var changed = (float[])values.Clone();
            changed[slot.Offset + slot.Count - 1] += 0.5f;
            model.Weights.CopyFrom(changed);
            Assert.True(MaxDifference(logits, Logits(model, [tokens])[0]) > 1e-6, $"{slot.Name} changes nothing");
        }
    }

    [Fact]
    public void A_window_longer_than_a_block_sees_what_the_reference_sees()
    {
        // 300 positions are three blocks of a window of 129 queries, the last one short.
        using var model = new TestModel(
            TestModel.Grouped with
            {
                MaxPositions = 300,
                Window = 129,
                WindowedLayers = new([0, 1]),
                QkvBias = false,
                QueryKeyNorm = HeadNorm.PerHead,
            }
        );
        var tokens = model.Tokens(300, 7);
        AssertClose("windowed", model.Reference.Logits(tokens), Logits(model, [tokens])[0]);
    }

    [Fact]
    public void Rows_of_a_batch_see_neither_each_other_nor_padding()
    {
        using var model = new TestModel(TestModel.Grouped);
        int[][] rows = [model.Tokens(7, 1), model.Tokens(3, 2), model.Tokens(1, 3)];
        var logits = Logits(model, rows);
        for (var r = 0; r < rows.Length; r++)
        {
            AssertClose($"row {r}", model.Reference.Logits(rows[r]), logits[r][..rows[r].Length]);
        }
    }

    [Theory]
    [MemberData(nameof(FamilyShapes.Names), MemberType = typeof(FamilyShapes))]
    public void Restarted_positions_and_a_block_mask_pack_two_sequences_into_a_row(string family)
    {
        using var model = new TestModel(FamilyShapes.All[family]);
        var (a, b) = (model.Tokens(9, 1), model.Tokens(7, 2));
        var mask = new float[16 * 16];
        for (var i = 0; i < 16; i++)
        {
            for (var j = 0; j < 16; j++)
            {
                mask[(i * 16) + j] = j <= i && (i < 9) == (j < 9) ? 0 : float.NegativeInfinity;
            }
        }

        using var scope = NewDisposeScope();
        var hidden = Decoder.Hidden(
            model.Shape,
            model.Weights.Views,
            model.Rotary,
            Ids([
                [.. a, .. b],
            ]),
            tensor([.. Enumerable.Range(0, 9).Concat(Enumerable.Range(0, 7)).Select(p => (long)p)], [1, 16]),
            tensor(mask, [1, 1, 16, 16])
        );
        AssertClose(
            "packed",
            [.. model.Reference.Logits(a), .. model.Reference.Logits(b)],
            Rows(F.linear(hidden, model.Weights.Views.Head))[0]
        );
    }

    [Fact]
    public void Every_parameter_affects_the_logits()
    {
        // Detects views with a wrong offset and parameters that are not used.
        using var model = new TestModel(TestModel.Grouped with { TiedEmbedding = false });
        var values = model.Weights.ToArray();
        var tokens = Enumerable.Range(0, model.Shape.VocabSize).ToArray();
        foreach (var slot in model.Layout.Slots)
        {
            foreach (var at in new[] { slot.Offset, slot.Offset + slot.Count - 1 })
            {
                var changed = (float[])values.Clone();
                changed[at] += 0.5f;
                model.Weights.CopyFrom(changed);
                var reference = new ReferenceDecoder(model.Layout, changed).Logits(tokens);
                AssertClose(slot.Name, reference, Logits(model, [tokens])[0]);

                // Key biases act only through the rotation, because adding a constant to all scores does not change a softmax.
                Assert.True(
                    MaxDifference(reference, model.Reference.Logits(tokens)) > 1e-6,
                    $"{slot.Name} [{at - slot.Offset}] changes nothing"
                );
            }
        }
    }

    [Fact]
    public void The_layout_holds_matrices_first_and_every_parameter_once()
    {
        var layout = new ParameterLayout(TestModel.Grouped with { TiedEmbedding = false });
        long at = 0;
        foreach (var slot in layout.Slots)
        {
            Assert.Equal(at, slot.Offset);
            Assert.Equal(slot.Shape.Length == 2, slot.Offset < layout.Buckets[0].DecayedCount);
            at += slot.Count;
        }

        Assert.Equal(at, layout.Count);

        // Matrices: V·D twice, and D·(q + 2kv) + q·D + 3·D·FF per layer. Vectors: (q + 2kv) + 2D per layer, and D at the end.
        var (v, d, q, kv, ff, l) = (13, 12, 16, 8, 20, 2);
        var matrices = (2 * v * d) + (l * ((d * (q + (2 * kv))) + (q * d) + (3 * d * ff)));
        Assert.Equal(matrices, Assert.Single(layout.Buckets).DecayedCount);
        Assert.Equal(matrices + (l * (q + (2 * kv) + (2 * d))) + d, layout.Count);
    }

    [Fact]
    public void Multiply_adds_per_token_count_each_matrix_element_once()
    {
        // Every matrix element is used once per token. The embedding counts only as the head, since the lookup does not multiply.
        var untied = new ParameterLayout(TestModel.Grouped with { TiedEmbedding = false });
        Assert.Equal(untied.Buckets[0].DecayedCount - (13 * 12), untied.Shape.WeightMultiplyAdds);
        Assert.Equal(new ParameterLayout(TestModel.Grouped).Buckets[0].DecayedCount, TestModel.Grouped.WeightMultiplyAdds);
    }

    [Fact]
    public void Fresh_weights_have_the_standard_deviations_of_GPT_2()
    {
        var layout = new ParameterLayout(TestModel.Grouped with { HiddenSize = 64, IntermediateSize = 128, VocabSize = 100, Layers = 2 });
        using var weights = new DecoderWeights(layout, DeviceSpec.Cpu);
        weights.Initialize(new KeyedRandom(5));
        var values = weights.ToArray();
        foreach (var slot in layout.Slots)
        {
            var part = values.AsSpan((int)slot.Offset, (int)slot.Count).ToArray();
            if (slot.Shape.Length == 1)
            {
                Assert.All(part, v => Assert.Equal(slot.Name.EndsWith("bias", StringComparison.Ordinal) ? 0f : 1f, v));
                continue;
            }

            var residual =
                slot.Name.Contains("o_proj", StringComparison.Ordinal) || slot.Name.Contains("down_proj", StringComparison.Ordinal);
            var expected = residual ? 0.02 / 2 : 0.02;
            Assert.InRange(Math.Sqrt(part.Average(v => v * v)), 0.9 * expected, 1.1 * expected);
            Assert.InRange(part.Average(), -0.15 * expected, 0.15 * expected);
        }

        using var again = new DecoderWeights(layout, DeviceSpec.Cpu);
        again.Initialize(new KeyedRandom(5));
        Assert.Equal(values, again.ToArray());
        again.Initialize(new KeyedRandom(6));
        Assert.NotEqual(values, again.ToArray());
    }

    private static double[][][] Logits(TestModel model, int[][] rows)
    {
        using var scope = NewDisposeScope();
        var hidden = Decoder.Hidden(model.Shape, model.Weights.Views, model.Rotary, Ids(rows));
        return Rows(F.linear(hidden, model.Weights.Views.Head));
    }

    private static Tensor Ids(int[][] rows)
    {
        var width = rows.Max(r => r.Length);
        return tensor(
            rows.SelectMany(r => r.Select(i => (long)i).Concat(Enumerable.Repeat(0L, width - r.Length))).ToArray(),
            [rows.Length, width]
        );
    }

    private static double[][][] Rows(Tensor logits)
    {
        var (t, v) = ((int)logits.size(1), (int)logits.size(2));
        return [.. logits.data<float>().ToArray().Select(l => (double)l).Chunk(v).Chunk(t)];
    }

    private static void AssertClose(string what, double[][] expected, double[][] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.True(MaxDifference(expected, actual) < Tolerance, $"{what}: differs by {MaxDifference(expected, actual)}");
    }

    private static double MaxDifference(double[][] a, double[][] b) =>
        a.Zip(b).SelectMany(p => p.First.Zip(p.Second, (x, y) => double.IsFinite(x - y) ? Math.Abs(x - y) : double.PositiveInfinity)).Max();
}
