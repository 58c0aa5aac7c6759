using SkillFactory.Engine.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace SkillFactory.Engine.Tests.Models;

[Collection(TensorCollection.Name)]
public sealed class TensorArithmeticTests
{
    [Fact]
    public void Each_method_computes_what_its_name_says()
    {
        using var scope = NewDisposeScope();
        Assert.Equal([5, 8], Values(A().Plus(B())));
        Assert.Equal([5, 8], Values(A().PlusInPlace(B())));
        Assert.Equal([3, 5], Values(A().PlusInPlace(B(), 0.5)));
        Assert.Equal([1.5f, 2.5f], Values(A().PlusInPlace(0.5)));
        Assert.Equal([0.5f, 1.5f], Values(A().Minus(0.5)));
        Assert.Equal([3, 6], Values(A().Times(3)));
        Assert.Equal([3, 6], Values(A().TimesInPlace(3)));
        Assert.Equal([0.25f, 0.5f], Values(A().Over(4)));
        Assert.Equal([1 + (2 * 16), 2 + (2 * 36)], Values(A().PlusProductInPlace(B(), B(), 2)));
        Assert.Equal([1 + (2 * 4.0f), 2 + (2 * 3.0f)], Values(A().PlusQuotientInPlace(B(), A(), 2)));
        Assert.Equal([1.25f, 1.75f], Values(A().Clamped(1.25, 1.75)));
        Assert.Equal([true, false], A().Below(2).data<bool>().ToArray());
        Assert.Equal([false, true], A().Above(1).data<bool>().ToArray());

        static Tensor A() => tensor(new float[] { 1, 2 });
        static Tensor B() => tensor(new float[] { 4, 6 });
        static float[] Values(Tensor t) => t.data<float>().ToArray();
    }

    [Fact]
    public async Task Numbers_keep_their_value_during_garbage_collections()
    {
        using var end = new CancellationTokenSource();
        var collector = Task.Run(() =>
        {
            while (!end.IsCancellationRequested)
            {
                GC.Collect(0);
                GC.WaitForPendingFinalizers();
            }
        });
        try
        {
            using var scope = NewDisposeScope();
            using var noGrad = no_grad();
            var (sum, one) = (zeros(4096), ones(4096));
            for (var i = 0; i < 20_000; i++)
            {
                sum.PlusInPlace(one, 0.5).PlusInPlace(one).PlusInPlace(0.25).TimesInPlace(0.5);
            }

            // The limit of s ← (s + 1.75) / 2.
            Assert.Equal(1.75f, sum.min().item<float>(), 1e-5f);
            Assert.Equal(1.75f, sum.max().item<float>(), 1e-5f);
        }
        finally
        {
            await end.CancelAsync();
            await collector;
        }
    }
}
