using SkillFactory.Core.Randomness;
using SkillFactory.Engine.MatMul;
using TorchSharp;
using static TorchSharp.torch;

namespace SkillFactory.Engine.Tests.MatMul;

/// <summary>Compares matmuls with bf16 weights with sums in double precision. The shapes cover every tile height, several passes, whole
/// and partial blocks of K, and partial tiles of columns.</summary>
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
            { 35, 131, 50 },
        };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Values_equal_the_sums(int m, int k, int n)
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        var (x, w, b) = (Values(1, m, k), Values(2, n, k).to(ScalarType.BFloat16), Values(3, n));
        var (xs, ws, bs) = (Floats(x), Floats(w), Floats(b));
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

            Assert.True(Math.Abs(y[i] - sum) <= 1e-6 * size, $"[{row}, {column}]: {y[i]}, expected {sum}");
        }
    }

    /// <summary>Samples of one batch rely on this: a finished neighbour must not change a response.</summary>
    [Fact]
    public void A_row_has_the_same_bits_alone_and_among_others_on_any_number_of_threads()
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        var (x, w) = (Values(1, 37, 1030), Values(2, 1501, 1030).to(ScalarType.BFloat16));
        var whole = BFloat16MatMul.Forward(x, w, null);
        var threads = get_num_threads();
        try
        {
            foreach (var count in new[] { 1, 3 })
            {
                set_num_threads(count);
                for (var rows = 1; rows <= 37; rows += rows < 9 ? 1 : 7)
                {
                    for (var first = 0; first <= 37 - rows; first += 5)
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
