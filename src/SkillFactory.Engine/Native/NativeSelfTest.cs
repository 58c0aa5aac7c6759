using SkillFactory.Engine.Models;
using SkillFactory.Storage.Safetensors;
using TorchSharp;
using static TorchSharp.torch;

namespace SkillFactory.Engine.Native;

/// <summary>
/// Compares libtorch's results on a device with the same computation in double precision in C#, for every kind of operation that the
/// engine uses, at sizes that reach vectorised kernels. Takes a fraction of a second.
/// </summary>
public static class NativeSelfTest
{
    private const int Rows = 48;
    private const int Inner = 40;
    private const int Columns = 36;
    private const double Tolerance = 2e-4;

    /// <summary>Runs all checks and describes those that failed.</summary>
    public static IReadOnlyList<string> Run(Device device)
    {
        (string Name, Func<Device, double> Error)[] checks =
        [
            ("matmul", MatMul),
            ("backward", Backward),
            ("scaled dot-product attention", Attention),
            ("embedding by index_select", Embedding),
            ("softmax", Softmax),
            ("bfloat16 conversion", BFloat16Conversion),
            ("AdamW update", AdamWUpdate),
        ];
        var failures = new List<string>();
        foreach (var (name, check) in checks)
        {
            using var scope = NewDisposeScope();
            try
            {
                var error = check(device);
                if (!(error <= Tolerance))
                {
                    failures.Add($"{name} (off by {error:g3})");
                }
            }
            catch (Exception error)
                when (error
                        is System.Runtime.InteropServices.ExternalException
                            or InvalidOperationException
                            or EntryPointNotFoundException
                            or NotImplementedException
                )
            {
                failures.Add($"{name} ({error.Message.Split('\n')[0]})");
            }
        }

        return failures;
    }

    private static double MatMul(Device device)
    {
        var (a, b) = (Values(Rows * Inner, 1), Values(Inner * Columns, 2));
        return Difference(On(device, a, Rows, Inner).matmul(On(device, b, Inner, Columns)), Product(a, b, Rows, Inner, Columns));
    }

    /// <summary>Gradient of sum((X W)²) with respect to W: 2 Xᵀ (X W).</summary>
    private static double Backward(Device device)
    {
        var (x, w) = (Values(Rows * Inner, 3), Values(Inner * Columns, 4));
        var weight = On(device, w, Inner, Columns).requires_grad_();
        On(device, x, Rows, Inner).matmul(weight).Squared().sum().backward();
        var transposed = Enumerable.Range(0, Inner * Rows).Select(i => x[(i % Rows * Inner) + (i / Rows)]).ToArray();
        var expected = Product(transposed, Product(x, w, Rows, Inner, Columns), Inner, Rows, Columns).Select(v => 2 * v).ToArray();
        return Difference(weight.grad!, expected);
    }

    /// <summary>Causal, one head.</summary>
    private static double Attention(Device device)
    {
        const int Size = 16;
        var (q, k, v) = (Values(Rows * Size, 5), Values(Rows * Size, 6), Values(Rows * Size, 7));
        Tensor Head(double[] values) => On(device, values, 1, 1, Rows, Size);
        var computed = nn.functional.scaled_dot_product_attention(Head(q), Head(k), Head(v), is_casual: true);
        var expected = new double[Rows * Size];
        for (var i = 0; i < Rows; i++)
        {
            var scores = Enumerable
                .Range(0, i + 1)
                .Select(j => Enumerable.Range(0, Size).Sum(c => q[(i * Size) + c] * k[(j * Size) + c]) / Math.Sqrt(Size))
                .ToArray();
            var weights = SoftmaxOf(scores);
            for (var c = 0; c < Size; c++)
            {
                expected[(i * Size) + c] = Enumerable.Range(0, i + 1).Sum(j => weights[j] * v[(j * Size) + c]);
            }
        }

        return Difference(computed, expected);
    }

    /// <summary>Row lookup, and the gradient of a row that is looked up twice.</summary>
    private static double Embedding(Device device)
    {
        var table = Values(Rows * Inner, 8);
        long[] ids = [3, 0, 47, 3];
        var weight = On(device, table, Rows, Inner).requires_grad_();
        var rows = weight.index_select(0, tensor(ids, device: device));
        rows.Squared().sum().backward();
        var expected = ids.SelectMany(id => table.Skip((int)id * Inner).Take(Inner)).ToArray();
        var gradient = new double[Rows * Inner];
        foreach (var id in ids)
        {
            for (var c = 0; c < Inner; c++)
            {
                gradient[(id * Inner) + c] += 2 * table[(id * Inner) + c];
            }
        }

        return Math.Max(Difference(rows, expected), Difference(weight.grad!, gradient));
    }

    private static double Softmax(Device device)
    {
        var values = Values(Rows * Inner, 9).Select(v => v * 20).ToArray();
        var expected = values.Chunk(Inner).SelectMany(SoftmaxOf).ToArray();
        var rows = On(device, values, Rows, Inner);
        return Math.Max(Difference(rows.softmax(-1), expected), Difference(rows.log_softmax(-1).exp(), expected));
    }

    /// <summary>Must round exactly to the nearest, ties to even.</summary>
    private static double BFloat16Conversion(Device device)
    {
        var values = Values(Rows * Inner, 10).Select(v => (double)(float)v).Concat([1.00390625, 1.01171875, 3.0e38, -1e-30]).ToArray();
        var expected = values.Select(v => (double)BitConverter.UInt32BitsToSingle((uint)BFloat16Bits.Narrow((float)v) << 16)).ToArray();
        return Difference(On(device, values, values.Length).to(ScalarType.BFloat16).to(ScalarType.Float32), expected) == 0
            ? 0
            : double.PositiveInfinity;
    }

    /// <summary>Two in-place steps over a flat buffer, like those of the optimiser.</summary>
    private static double AdamWUpdate(Device device)
    {
        const double Rate = 0.01,
            Beta1 = 0.9,
            Beta2 = 0.95,
            Decay = 0.1,
            Eps = 1e-8;
        var (w, g) = (Values(Rows * Inner, 11), Values(Rows * Inner, 12));
        var (m, v) = (new double[w.Length], new double[w.Length]);
        var (weight, gradient) = (On(device, w, w.Length), On(device, g, g.Length));
        var (first, second) = (zeros_like(weight), zeros_like(weight));
        using var noGradient = no_grad();
        for (var step = 1; step <= 2; step++)
        {
            var (scale1, scale2) = (1 - Math.Pow(Beta1, step), 1 - Math.Pow(Beta2, step));
            weight.TimesInPlace(1 - (Rate * Decay));
            first.TimesInPlace(Beta1).PlusInPlace(gradient, 1 - Beta1);
            second.TimesInPlace(Beta2).PlusProductInPlace(gradient, gradient, 1 - Beta2);
            weight.PlusQuotientInPlace(first, second.sqrt().Over(Math.Sqrt(scale2)).PlusInPlace(Eps), -Rate / scale1);
            for (var i = 0; i < w.Length; i++)
            {
                m[i] = (Beta1 * m[i]) + ((1 - Beta1) * g[i]);
                v[i] = (Beta2 * v[i]) + ((1 - Beta2) * g[i] * g[i]);
                w[i] = (w[i] * (1 - (Rate * Decay))) - (Rate / scale1 * m[i] / ((Math.Sqrt(v[i]) / Math.Sqrt(scale2)) + Eps));
            }
        }

        return Difference(weight, w);
    }

    /// <summary>Fixed values in [-1, 1], exact in single precision, without a pattern that a wrong stride could preserve.</summary>
    private static double[] Values(int count, int seed) =>
        [.. Enumerable.Range(0, count).Select(i => (double)(float)Math.Sin((i * 1.61803) + (seed * 7.3)))];

    private static Tensor On(Device device, double[] values, params long[] shape) =>
        tensor(values.Select(v => (float)v).ToArray(), device: device).reshape(shape);

    private static double[] Product(double[] a, double[] b, int rows, int inner, int columns)
    {
        var product = new double[rows * columns];
        for (var i = 0; i < product.Length; i++)
        {
            for (var k = 0; k < inner; k++)
            {
                product[i] += a[(i / columns * inner) + k] * b[(k * columns) + (i % columns)];
            }
        }

        return product;
    }

    private static double[] SoftmaxOf(double[] scores)
    {
        var largest = scores.Max();
        var total = scores.Sum(s => Math.Exp(s - largest));
        return [.. scores.Select(s => Math.Exp(s - largest) / total)];
    }

    /// <summary>The largest difference relative to the largest expected value, or NaN if any value is NaN.</summary>
    private static double Difference(Tensor computed, double[] expected)
    {
        var values = computed.detach().cpu().contiguous().data<float>().ToArray();
        if (values.Length != expected.Length)
        {
            return double.PositiveInfinity;
        }

        var scale = expected.Max(Math.Abs);
        var largest = 0.0;
        for (var i = 0; i < values.Length; i++)
        {
            var difference = Math.Abs(values[i] - expected[i]) / scale;
            if (!(difference <= largest))
            {
                largest = difference;
            }
        }

        return largest;
    }
}
