using SkillFactory.Core.Randomness;
using SkillFactory.Engine.MatMul;
using TorchSharp;
using static TorchSharp.torch;

namespace SkillFactory.Engine.Tests.MatMul;

/// <summary>Compares matmuls with sums in double precision. The shapes cover full and partial panels, every tile height and several
/// depths.</summary>
[Collection(TensorCollection.Name)]
public class LinearMatMulTests
{
    public static TheoryData<int, int, int> Shapes =>
        new()
        {
            { 8, 1, 1 },
            { 12, 32, 32 },
            { 13, 33, 31 },
            { 47, 300, 5 },
            { 64, 128, 640 },
            { 200, 128, 512 },
            { 96, 257, 1408 },
            { 31, 513, 96 },
            { 7, 16, 16 },
        };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Values_and_gradients_equal_the_sums(int m, int k, int n)
    {
        using var scope = NewDisposeScope();
        var (xs, ws, bs, gs) = (Values(m * k, 1), Values(n * k, 2), Values(n, 3), Values(m * n, 4));
        var x = tensor(xs, [m, k]).requires_grad_();
        var w = tensor(ws, [n, k]).requires_grad_();
        var b = tensor(bs, [n]).requires_grad_();
        var y = LinearMatMul.Apply(x, w, b);
        (y * tensor(gs, [m, n])).sum().backward();
        Near(y, (i, j) => bs[j] + Sum(k, t => (double)xs[(i * k) + t] * ws[(j * k) + t]), n);
        Near(x.grad!, (i, t) => Sum(n, j => (double)gs[(i * n) + j] * ws[(j * k) + t]), k);
        Near(w.grad!, (j, t) => Sum(m, i => (double)gs[(i * n) + j] * xs[(i * k) + t]), k);
        Near(b.grad!.view(1, n), (_, j) => Sum(m, i => gs[(i * n) + j]), n);
    }

    [Fact]
    public void Strided_inputs_and_gradients_are_supported()
    {
        using var scope = NewDisposeScope();
        var x = randn(3, 40, 24).transpose(1, 2).requires_grad_();
        var w = randn(50, 40).requires_grad_();
        var y = LinearMatMul.Apply(x, w);
        Assert.Equal([3, 24, 50], y.shape);
        y.sum().backward();
        var (x2, w2) = (x.detach().clone().requires_grad_(), w.detach().clone().requires_grad_());
        nn.functional.linear(x2, w2).sum().backward();
        Assert.True(x.grad!.allclose(x2.grad!, 1e-4, 1e-4) && w.grad!.allclose(w2.grad!, 1e-4, 1e-4));
    }

    /// <summary>Sampler and trainer rely on this: neither other rows nor the number of threads change a bit.</summary>
    [Fact]
    public void A_row_has_the_same_bits_for_any_other_rows_and_threads()
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        var (x, w) = (randn(100, 300), randn(600, 300));
        var whole = LinearMatMul.Apply(x, w);
        for (var rows = 1; rows <= 41; rows++)
        {
            Assert.True(LinearMatMul.Apply(x.narrow(0, 17, rows), w).equal(whole.narrow(0, 17, rows)).all().item<bool>());
        }

        var threads = get_num_threads();
        try
        {
            foreach (var count in new[] { 1, 2, 3, 7 })
            {
                set_num_threads(count);
                Assert.True(LinearMatMul.Apply(x, w).equal(whole).all().item<bool>());
                Assert.True(LinearMatMul.Apply(w, x).equal(LinearMatMul.Apply(w.narrow(0, 0, 600), x)).all().item<bool>());
            }
        }
        finally
        {
            set_num_threads(threads);
        }
    }

    [Fact]
    public void Backward_passes_keep_no_tensors()
    {
        using var scope = NewDisposeScope();
        var (x, w) = (randn(64, 64), randn(64, 64).requires_grad_());
        long Run(int count)
        {
            for (var i = 0; i < count; i++)
            {
                using var inner = NewDisposeScope();
                LinearMatMul.Apply(LinearMatMul.Apply(x, w), w).sum().backward();
            }

            GC.Collect();
            GC.WaitForPendingFinalizers();
            return Tensor.TotalCount;
        }

        var before = Run(10);
        Assert.Equal(before, Run(1000));
    }

    private static float[] Values(int count, ulong seed)
    {
        var stream = new KeyedRandom(seed).Stream();
        return [.. Enumerable.Range(0, count).Select(_ => (float)stream.NextNormal())];
    }

    private static double Sum(int count, Func<int, double> term) => Enumerable.Range(0, count).Sum(term);

    private static void Near(Tensor computed, Func<int, int, double> expected, int columns)
    {
        var values = computed.detach().contiguous().data<float>().ToArray();
        for (var i = 0; i < values.Length; i++)
        {
            var want = expected(i / columns, i % columns);
            Assert.True(
                Math.Abs(values[i] - want) <= 1e-3 + (1e-5 * Math.Abs(want)),
                $"[{i / columns}, {i % columns}]: {values[i]}, expected {want}"
            );
        }
    }
}
