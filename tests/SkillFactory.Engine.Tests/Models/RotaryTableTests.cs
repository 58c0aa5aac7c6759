using SkillFactory.Engine.Devices;
using SkillFactory.Engine.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace SkillFactory.Engine.Tests.Models;

[Collection(TensorCollection.Name)]
public class RotaryTableTests
{
    /// <summary>inv_freq of Hugging Face's LlamaRotaryEmbedding(dim=64, base=10000), to four decimals.</summary>
    private static readonly double[] Frequencies =
    [
        1.0,
        7.4989e-1,
        5.6234e-1,
        4.2170e-1,
        3.1623e-1,
        2.3714e-1,
        1.7783e-1,
        1.3335e-1,
        1.0e-1,
    ];

    [Fact]
    public void Angles_equal_those_of_Hugging_Face()
    {
        using var table = Table(64, 10_000, 8);
        var (cos, sin) = (table.Of(0).Cos.data<float>().ToArray(), table.Of(0).Sin.data<float>().ToArray());
        for (var p = 0; p < 8; p++)
        {
            for (var i = 0; i < Frequencies.Length; i++)
            {
                var angle = p * Frequencies[i];
                Assert.Equal(Math.Cos(angle), cos[(p * 64) + i], 1e-4);
                Assert.Equal(Math.Cos(angle), cos[(p * 64) + i + 32], 1e-4);

                // The first half includes the sign of rotate_half.
                Assert.Equal(-Math.Sin(angle), sin[(p * 64) + i], 1e-4);
                Assert.Equal(Math.Sin(angle), sin[(p * 64) + i + 32], 1e-4);
            }

            Assert.Equal(Math.Sin(p * 1.3335e-4), sin[(p * 64) + 63], 1e-7);
        }
    }

    [Fact]
    public void Rotation_equals_that_of_the_reference()
    {
        double[] head = [0.3, -1.2, 0.7, 2.0, -0.4, 0.9, 1.1, -0.6];
        using var scope = NewDisposeScope();
        using var table = Table(8, 500, 200);
        var (frequencies, _) = ReferenceRope.Of(new PlainRope(), 8, 500);
        foreach (var position in new[] { 0, 1, 7, 199 })
        {
            AssertRow(ReferenceDecoder.Rotate(head, position, frequencies), Rotate(table, head, position));
        }

        AssertRow(head, Rotate(table, head, 0));
    }

    [Fact]
    public void The_dot_product_of_two_rotated_heads_depends_only_on_their_distance()
    {
        // Su et al. 2021, equation 16. Rotation does not change the length of a head.
        double[] q = [0.3, -1.2, 0.7, 2.0],
            k = [1.5, 0.2, -0.8, 0.4];
        using var scope = NewDisposeScope();
        using var table = Table(4, 10_000, 64);
        double Dot(int m, int n) => Rotate(table, q, m).Zip(Rotate(table, k, n), (a, b) => a * b).Sum();
        Assert.Equal(Dot(5, 0), Dot(63, 58), 1e-4);
        Assert.Equal(Dot(0, 9), Dot(31, 40), 1e-4);
        Assert.True(Math.Abs(Dot(5, 0) - Dot(6, 0)) > 0.05);
        Assert.Equal(q.Sum(x => x * x), Rotate(table, q, 41).Sum(x => x * x), 1e-4);
    }

    [Fact]
    public void Llama_3_frequencies_equal_published_ones()
    {
        // inv_freq of Llama-3.2-1B: theta 500000, head 64, factor 32, low 1, high 4, original context 8192. The short waves are plain, the
        // long ones are divided by 32.
        var rope = new Llama3Rope(32, 1, 4, 8192);
        double Plain(int i) => Math.Pow(500_000, -i / 32.0);
        Assert.Equal(Plain(0), rope.Frequency(0, 64, 500_000), 1e-12);
        Assert.Equal(Plain(14), rope.Frequency(14, 64, 500_000), 1e-12);
        Assert.Equal(Plain(18) / 32, rope.Frequency(18, 64, 500_000), 1e-12);
        Assert.Equal(Plain(31) / 32, rope.Frequency(31, 64, 500_000), 1e-12);
        foreach (var i in new[] { 15, 16, 17 })
        {
            Assert.InRange(rope.Frequency(i, 64, 500_000), Plain(i) / 32, Plain(i));
        }
    }

    [Fact]
    public void Yarn_lengthens_the_rotated_vectors_and_slows_pairs_that_turn_seldom()
    {
        // Olmo 3: theta 500000, head 128, factor 8, original context 8192, attention factor 0.1·ln 8 + 1.
        Assert.Equal(1.2079441541679836, YarnRope.AttentionFactorOf(8), 1e-15);
        var rope = new YarnRope(8, 8192, 32, 1, YarnRope.AttentionFactorOf(8), true);
        double Plain(int i) => Math.Pow(500_000, -i / 64.0);

        // Pair 18 turns 32.5 times in 8192 positions, pair 35 once: the ends of the ramp.
        Assert.Equal(Plain(18), rope.Frequency(18, 128, 500_000), 1e-12);
        Assert.Equal(Plain(35) / 8, rope.Frequency(35, 128, 500_000), 1e-12);
        Assert.Equal(Plain(63) / 8, rope.Frequency(63, 128, 500_000), 1e-15);
        using var scope = NewDisposeScope();
        using var table = new RotaryTable(
            TestModel.Grouped with
            {
                RopeScaling = new YarnRope(2, 8, 32, 1, 1.5, true),
                Layers = 1,
            },
            DeviceSpec.Cpu
        );
        double[] head = [0.3, -1.2, 0.7, 2.0];
        Assert.Equal(2.25 * head.Sum(x => x * x), Rotate(table, head, 31).Sum(x => x * x), 1e-4);
    }

    [Fact]
    public void Layers_with_the_same_scaling_share_a_table()
    {
        var shape = FamilyShapes.All["olmo3, yarn in every fourth layer"];
        using var table = new RotaryTable(shape, DeviceSpec.Cpu);
        Assert.Equal(2, table.All.Count);
        Assert.Same(table.Of(0), table.Of(4));
        Assert.NotSame(table.Of(0), table.Of(3));
    }

    private static RotaryTable Table(int headDim, double theta, int positions) =>
        new(TestModel.Grouped with { HeadDim = headDim, RopeTheta = theta, MaxPositions = positions }, DeviceSpec.Cpu);

    private static double[] Rotate(RotaryTable table, double[] head, int position)
    {
        var x = tensor(head.Select(h => (float)h).ToArray(), [1, 1, head.Length]);
        return [.. table.Rotate(x, table.Of(0).Cos[position], table.Of(0).Sin[position]).data<float>().ToArray().Select(v => (double)v)];
    }

    private static void AssertRow(double[] expected, double[] actual) =>
        Assert.All(expected.Zip(actual), p => Assert.Equal(p.First, p.Second, 1e-5));
}
