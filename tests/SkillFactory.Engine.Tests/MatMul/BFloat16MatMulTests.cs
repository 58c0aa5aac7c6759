using SkillFactory.Core.Randomness;
using SkillFactory.Engine.MatMul;
using SkillFactory.Engine.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace SkillFactory.Engine.Tests.MatMul;

/// <summary>Compares matmuls with bf16 weights with sums in double precision. The shapes cover every tile height, whole and partial blocks
/// of K, and partial tiles of columns.</summary>
[Collection(TensorCollection.Name)]
public class BFloat16MatMulTests
{
    public static TheoryData<int, int, int> Shapes =>
        new()
        {
            { 1, 1, 1 },
            { 1, 32, 4 },
            { 1, 31, 5 },
            { 2, 33, 7 },
            { 3, 64, 9 },
            { 4, 96, 3 },
            { 5, 97, 12 },
            { 7, 200, 13 },
            { 8, 896, 40 },
            { 16, 300, 33 },
            { 17, 65, 19 },
            { 40, 128, 24 },
        };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Values_equal_the_sums(int m, int k, int n)
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        var (x, w, b) = (Values(1, m, k), Values(2, n, k).to(ScalarType.BFloat16), Values(3, n));
        var (xs, ws, bs) = (Floats(x), Floats(w), Floats(b));

        // More rows than the kernel takes are rounded to 8 bits first.
        var unit = m <= BFloat16MatMul.KernelRows ? 1e-6 : 1.0 / 128;
        var y = Floats(BFloat16MatMul.Forward(x, w, b));
        for (var i = 0; i < m * n; i++)
        {
            var (row, column) = (i / n, i % n);
            double sum = bs[column],
                size = Math.Abs(sum);
            for (var t = 0; t < k; t++)
            {
                var product = (double)xs[(row * k) + t] * ws[(column * k) + t];
                (sum, size) = (sum + product, size + Math.Abs(product));
            }

            Assert.True(Math.Abs(y[i] - sum) <= unit * size, $"[{row}, {column}]: {y[i]}, expected {sum}");
        }
    }

    /// <summary>Samples of one batch rely on this: a finished neighbour must not change a response.</summary>
    [Fact]
    public void A_row_has_the_same_bits_alone_and_among_others_on_any_number_of_threads()
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        var (x, w) = (Values(1, 16, 1030), Values(2, 1501, 1030).to(ScalarType.BFloat16));
        var whole = BFloat16MatMul.Forward(x, w, null);
        var threads = get_num_threads();
        try
        {
            foreach (var count in new[] { 1, 3 })
            {
                set_num_threads(count);
                for (var rows = 1; rows <= 16; rows++)
                {
                    for (var first = 0; first <= 16 - rows; first += 5)
                    {
                        var part = BFloat16MatMul.Forward(x.narrow(0, first, rows), w, null);
                        Assert.True(part.equal(whole.narrow(0, first, rows)).all().item<bool>(), $"{rows} rows from {first}");
                    }
                }
            }
        }
        finally
        {
            set_num_threads(threads);
        }
    }

    [Fact]
    public void Gradients_equal_those_of_fp32_up_to_the_rounding_to_bf16_and_add_up()
    {
        using var scope = NewDisposeScope();
        var (m, k, n) = (24, 70, 36);
        var w = Values(2, n, k).to(ScalarType.BFloat16);
        var x = Values(1, m, k).requires_grad_();
        var b = Values(3, n).requires_grad_();
        var g = Values(4, m, n);
        var sum = ones([n, k]);
        (BFloat16MatMul.Apply(x, w, b, sum) * g).sum().backward();
        (BFloat16MatMul.Apply(x, w, b, sum) * g).sum().backward();

        var (x2, w2, b2) = (
            x.detach().clone().requires_grad_(),
            w.to(ScalarType.Float32).requires_grad_(),
            b.detach().clone().requires_grad_()
        );
        (nn.functional.linear(x2, w2, b2) * g).sum().backward();
        Near(x2.grad!, x.grad!, 2);
        Near(w2.grad!, sum.Minus(1), 2);
        Near(b2.grad!, b.grad!, 2);
    }

    [Fact]
    public void Backward_passes_keep_no_tensors()
    {
        using var scope = NewDisposeScope();
        var (x, w, sum) = (Values(1, 32, 64).requires_grad_(), Values(2, 64, 64).to(ScalarType.BFloat16), zeros(64, 64));
        long Run(int count)
        {
            for (var i = 0; i < count; i++)
            {
                using var inner = NewDisposeScope();
                BFloat16MatMul.Apply(BFloat16MatMul.Apply(x, w, null, sum), w, null, sum).sum().backward();
            }

            GC.Collect();
            GC.WaitForPendingFinalizers();
            return Tensor.TotalCount;
        }

        var before = Run(10);
        Assert.Equal(before, Run(500));
    }

    /// <summary>Requires computed = times · expected up to 1 % of the largest.</summary>
    private static void Near(Tensor expected, Tensor computed, int times)
    {
        var (want, got) = (Floats(expected.detach()), Floats(computed.detach()));
        var largest = want.Max(Math.Abs) * times;
        Assert.All(want.Zip(got), pair => Assert.True(Math.Abs((pair.First * times) - pair.Second) <= 0.01 * largest));
    }

    private static float[] Floats(Tensor tensor) => tensor.to(ScalarType.Float32).contiguous().data<float>().ToArray();

    private static Tensor Values(ulong seed, params long[] shape)
    {
        var stream = new KeyedRandom(seed).Stream();
        return tensor(
            Enumerable.Range(0, (int)shape.Aggregate(1L, (a, b) => a * b)).Select(_ => (float)stream.NextNormal()).ToArray(),
            shape
        );
    }
}
