using System.Runtime.InteropServices;
using SkillFactory.Core.Randomness;
using SkillFactory.Engine.Sampling.Attention;
using SkillFactory.Engine.Sampling.Paging;

namespace SkillFactory.Engine.Tests.Sampling.Attention;

/// <summary>Compares the kernel with sums in double precision.</summary>
public unsafe class AttentionKernelTests
{
    public static TheoryData<int, int, int, int> Sizes =>
        new()
        {
            { 4, 1, 0, 0 },
            { 6, 2, 0, 30 },
            { 13, 3, 0, 31 },
            { 32, 2, 0, 64 },
            { 64, 7, 0, 150 },
            { 80, 1, 3, 95 },
            { 33, 5, 37, 140 },
            { 16, 4, 70, 70 },
        };

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Single_precision_pages_give_the_reference_attention(int hd, int queries, int first, int last) =>
        AssertReference<float, SingleElement>(hd, queries, first, last, x => x, 1e-5);

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Bf16_pages_give_the_reference_attention_of_rounded_keys_and_values(int hd, int queries, int first, int last) =>
        AssertReference<ushort, BFloat16Element>(
            hd,
            queries,
            first,
            last,
            x => BitConverter.UInt32BitsToSingle((uint)BFloat16Element.From(x) << 16),
            1e-5
        );

    [Theory]
    [InlineData(0x3F800000u, 0x3F80)]
    [InlineData(0x3F808000u, 0x3F80)]
    [InlineData(0x3F808001u, 0x3F81)]
    [InlineData(0x3F818000u, 0x3F82)]
    [InlineData(0xBF808001u, 0xBF81)]
    [InlineData(0x7F800000u, 0x7F80)]
    [InlineData(0x7FFFFFFFu, 0x7FC0)]
    [InlineData(0x00000001u, 0x0000)]
    public void A_number_becomes_the_nearest_bf16_number_and_a_tie_the_even_one(uint bits, int expected) =>
        Assert.Equal(expected, BFloat16Element.From(BitConverter.UInt32BitsToSingle(bits)));

    [Fact]
    public void A_query_has_the_same_bits_alone_and_with_others()
    {
        var together = Attend<float, SingleElement>(40, 5, 0, 77, out var queries);
        for (var q = 0; q < 5; q++)
        {
            var alone = Attend<float, SingleElement>(40, 1, 0, 77, out _, queries[q]);
            Assert.Equal(together[q], alone[0]);
        }
    }

    private static void AssertReference<T, TElement>(int hd, int queries, int first, int last, Func<float, float> rounded, double tolerance)
        where T : unmanaged
        where TElement : ICacheElement<T>
    {
        var results = Attend<T, TElement>(hd, queries, first, last, out var vectors);
        var (keys, values) = KeysAndValues(hd, last);
        for (var q = 0; q < queries; q++)
        {
            var scores = Enumerable
                .Range(first, last - first + 1)
                .Select(p => keys[p].Select((k, d) => (double)rounded(k) * vectors[q][d]).Sum())
                .ToArray();
            var weights = scores.Select(s => Math.Exp(s - scores.Max())).ToArray();
            for (var d = 0; d < hd; d++)
            {
                var expected = weights.Select((w, i) => w * rounded(values[first + i][d])).Sum() / weights.Sum();
                Assert.Equal(expected, results[q][d], tolerance);
            }
        }
    }

    private static (float[][] Keys, float[][] Values) KeysAndValues(int hd, int last)
    {
        var stream = new KeyedRandom(3).Stream();
        float[] Vector() => [.. Enumerable.Range(0, hd).Select(_ => (float)stream.NextNormal())];
        return ([.. Enumerable.Range(0, last + 1).Select(_ => Vector())], [.. Enumerable.Range(0, last + 1).Select(_ => Vector())]);
    }

    /// <summary>Pages hold numbers that are not finite where nothing is stored.</summary>
    private static float[][] Attend<T, TElement>(int hd, int count, int first, int last, out float[][] queries, float[]? only = null)
        where T : unmanaged
        where TElement : ICacheElement<T>
    {
        var layout = new PageLayout(hd, 1);
        var stream = new KeyedRandom(4).Stream();
        queries = only is not null
            ? [only]
            : [.. Enumerable.Range(0, count).Select(_ => Enumerable.Range(0, hd).Select(_ => (float)(stream.NextNormal() / 3)).ToArray())];
        var (keys, values) = KeysAndValues(hd, last);
        var pages = (last / PageTable.Size) + 1;
        var pointers = stackalloc T*[pages];
        try
        {
            for (var p = 0; p < pages; p++)
            {
                pointers[p] = (T*)NativeMemory.AlignedAlloc((nuint)((layout.Size * sizeof(T)) + 64), 64);
                new Span<byte>(pointers[p], layout.Size * sizeof(T)).Fill(0xFF);
            }

            for (var p = 0; p <= last; p++)
            {
                AttentionKernel<T, TElement>.Store(pointers[p / PageTable.Size], layout, p % PageTable.Size, keys[p], values[p]);
            }

            var results = new float[count * hd];
            var scores = new float[count * (last + PageTable.Size)];
            fixed (
                float* from = queries.SelectMany(q => q).ToArray(),
                    to = results,
                    scratch = scores
            )
            {
                AttentionKernel<T, TElement>.Attend(from, count, pointers + (first / PageTable.Size), layout, first, last, scratch, to);
            }

            return [.. results.Chunk(hd)];
        }
        finally
        {
            for (var p = 0; p < pages; p++)
            {
                NativeMemory.AlignedFree(pointers[p]);
            }
        }
    }
}
