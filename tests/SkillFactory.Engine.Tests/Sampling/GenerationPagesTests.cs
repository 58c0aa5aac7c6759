using SkillFactory.Core.Randomness;
using SkillFactory.Core.Sampling;
using SkillFactory.Engine.Devices;
using SkillFactory.Engine.MatMul;
using SkillFactory.Engine.Models;
using SkillFactory.Engine.Sampling;
using SkillFactory.Engine.Sampling.Attention;
using SkillFactory.Engine.Tests.Models;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Engine.Tests.Sampling;

/// <summary>Places, pages and chunks decide when a response is computed, never what it is.</summary>
[Collection(TensorCollection.Name)]
public class GenerationPagesTests
{
    private const double Tolerance = 5e-5;
    private static readonly int[] Stops = [3, 8];
    private static readonly DecoderShape Shape = TestModel.Grouped with { MaxPositions = 256 };

    [Fact]
    public void A_response_has_the_same_bits_alone_and_in_every_batch()
    {
        using var model = new TestModel(Shape);
        var requests = Requests(model, [70, 3, 33, 64, 1], samples: 5);
        var decoding = new Decoding { MaxNewTokens = 60 };
        var together = Run(model, requests, decoding);
        Assert.Equal(25, together.Count);
        foreach (var rows in new[] { 1, 2, 3, 7, 8, 20 })
        {
            AssertSame(together, Run(model, requests, decoding with { MaxRows = rows }));
        }

        for (var r = 0; r < requests.Length; r++)
        {
            var alone = Run(model, [requests[r]], decoding with { MaxRows = 1 });
            AssertSame([.. together.Where(t => t.Request == r)], [.. alone.Select(a => a with { Request = r })]);
        }
    }

    [Fact]
    public void A_response_has_the_same_bits_wherever_its_prompt_ends()
    {
        // Budget forcing continues a response as part of a prompt.
        using var model = new TestModel(Shape);
        var request = Requests(model, [37], samples: 1)[0];
        var greedy = new Decoding { Temperature = 0, MaxNewTokens = 50 };
        var whole = Run(model, [request], greedy).Single();
        foreach (var cut in new[] { 1, 20, 27, 28, 41 }.Where(c => c < whole.Tokens.Length))
        {
            var rest = Run(model, [request with { Prompt = [.. request.Prompt, .. whole.Tokens[..cut]] }], greedy).Single();
            var count = Math.Min(rest.Tokens.Length, whole.Tokens.Length - cut);
            AssertSame(
                [whole with { Tokens = whole.Tokens[cut..], LogProbs = whole.LogProbs[cut..], MeanEntropy = 0, Truncated = false }],
                [rest with { Tokens = rest.Tokens[..count], LogProbs = rest.LogProbs[..count], MeanEntropy = 0, Truncated = false }]
            );
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData(1)]
    [InlineData(20)]
    [InlineData(33)]
    public void The_form_for_other_devices_gives_the_same_responses_with_and_without_a_window(int? window)
    {
        using var model = new TestModel(Shape);
        var requests = Requests(model, [40, 2, 64], samples: 3);
        var decoding = new Decoding { MaxNewTokens = 50, MaxRows = 4 };
        int? Window(int layer) => layer == 1 ? window : null;
        var host = Run(model, requests, decoding, new HostPagedAttention<float, SingleElement>(Shape, model.Rotary, Window));
        var tensors = Run(model, requests, decoding, new TensorPagedAttention(Shape, DeviceSpec.Cpu, model.Rotary, Window));
        AssertEquivalent(host, tensors);
        if (window is null)
        {
            AssertSame(host, Run(model, requests, decoding));
        }
        else
        {
            Assert.Contains(host.Zip(Run(model, requests, decoding)), p => !p.First.LogProbs.SequenceEqual(p.Second.LogProbs));
        }
    }

    [Fact]
    public void Bf16_pages_change_log_probabilities_by_rounding_only()
    {
        using var model = new TestModel(Shape);
        var requests = Requests(model, [40, 9], samples: 2);
        var decoding = new Decoding { MaxNewTokens = 1 };
        var single = Run(model, requests, decoding);
        var half = Run(model, requests, decoding, new HostPagedAttention<ushort, BFloat16Element>(Shape, model.Rotary));
        Assert.All(single.Zip(half), p => Assert.Equal(p.First.LogProbs[0], p.Second.LogProbs[0], 0.1));
        Assert.Contains(single.Zip(half), p => p.First.LogProbs[0] != p.Second.LogProbs[0]);
    }

    [Fact]
    public void Pages_stay_within_the_limit_and_all_return()
    {
        using var model = new TestModel(Shape);
        var requests = Requests(model, [70, 3, 33, 64, 100], samples: 6);
        var decoding = new Decoding { MaxNewTokens = 100 };
        var unlimited = Run(model, requests, decoding);
        var gib = CacheBudget.BytesOfOne(Shape, 100, 6, 100) * 2.5 / (1L << 30);
        using var generation = new Generation(model.Weights, model.Rotary, requests, decoding with { CacheGiB = gib }, Stops);
        while (!generation.Advance(TimeSpan.FromSeconds(10)))
        {
            Assert.InRange(generation.Pool.Used, 0, generation.Pool.Capacity);
        }

        Assert.Equal(0, generation.Pool.Used);
        Assert.InRange(generation.Pool.Peak, 1, generation.Pool.Capacity);
        AssertSame(unlimited, generation.Finished);
    }

    [Fact]
    public void A_request_that_can_never_fit_is_refused_with_the_setting_that_helps()
    {
        using var model = new TestModel(Shape);
        var requests = Requests(model, [70], samples: 1);
        var bytes = CacheBudget.BytesOfOne(Shape, 70, 1, 100);
        var decoding = new Decoding { MaxNewTokens = 100, CacheGiB = (bytes - 1.0) / (1L << 30) };
        var error = Assert.Throws<UserErrorException>(() => Run(model, requests, decoding));
        Assert.Contains("a prompt of 70 tokens and its limit of 100 new tokens need", error.Message, StringComparison.Ordinal);
        var named = double.Parse(error.Message.Split("at least ")[1].Split(',')[0], System.Globalization.CultureInfo.InvariantCulture);
        Assert.Single(Run(model, requests, decoding with { CacheGiB = named }));
    }

    [Fact]
    public void No_response_ends_before_its_least_number_of_tokens()
    {
        using var model = new TestModel(Shape);
        var requests = Requests(model, [5, 9], samples: 8);
        var results = Run(model, requests, new Decoding { MaxNewTokens = 30, MinNewTokens = 12 });
        Assert.All(results, r => Assert.DoesNotContain(r.Tokens[..11], Stops.Contains));
        Assert.All(results, r => Assert.InRange(r.Tokens.Length, 12, 30));
        Assert.Contains(results, r => r.Tokens.Length < 30 && Stops.Contains(r.Tokens[^1]));
    }

    [Fact]
    public void A_cancelled_generation_stops_before_the_next_layer()
    {
        using var model = new TestModel(Shape);
        var decoding = new Decoding { MaxNewTokens = 20 };
        using var generation = new Generation(model.Weights, model.Rotary, Requests(model, [5], samples: 2), decoding, Stops);
        Assert.Throws<OperationCanceledException>(() => generation.Advance(TimeSpan.FromDays(1), new CancellationToken(canceled: true)));
        Assert.Empty(generation.Finished);
    }

    private static GenerationRequest[] Requests(TestModel model, int[] lengths, int samples) =>
        [
            .. lengths.Select(
                (l, i) => new GenerationRequest(model.Tokens(l, (ulong)(50 + i)), samples, KeyedRandom.Of(9, "pages").Child(i))
            ),
        ];

    private static List<GeneratedSequence> Run(
        TestModel model,
        IReadOnlyList<GenerationRequest> requests,
        Decoding decoding,
        PagedAttention? attention = null
    )
    {
        using var generation = attention is null
            ? new Generation(model.Weights, model.Rotary, requests, decoding, Stops)
            : new Generation(model.Weights, requests, decoding, Stops, null, attention);
        while (!generation.Advance(TimeSpan.FromSeconds(10))) { }

        return generation.Finished;
    }

    /// <summary>The same bits where the matmul kernel gives a row the same bits among any others; elsewhere the same but for
    /// rounding.</summary>
    private static void AssertSame(List<GeneratedSequence> expected, List<GeneratedSequence> actual)
    {
        if (!MatMulKernel.IsSupported)
        {
            AssertEquivalent(expected, actual);
            return;
        }

        Assert.Equal(expected.Count, actual.Count);
        foreach (var (a, b) in expected.Zip(actual))
        {
            Assert.Equal((a.Request, a.Sample, a.Truncated, a.MeanEntropy), (b.Request, b.Sample, b.Truncated, b.MeanEntropy));
            Assert.Equal(a.Tokens, b.Tokens);
            Assert.Equal(a.LogProbs, b.LogProbs);
        }
    }

    /// <summary>Log-probabilities agree within rounding up to the first token that differs, where a uniform number fell between the
    /// rounded ends of two tokens' intervals. That is rare, so hardly any response may differ.</summary>
    private static void AssertEquivalent(List<GeneratedSequence> expected, List<GeneratedSequence> actual)
    {
        Assert.Equal(expected.Select(a => (a.Request, a.Sample)), actual.Select(b => (b.Request, b.Sample)));
        var differing = 0;
        foreach (var (a, b) in expected.Zip(actual))
        {
            var same = a.Tokens.Zip(b.Tokens).TakeWhile(p => p.First == p.Second).Count();
            differing += same < Math.Max(a.Tokens.Length, b.Tokens.Length) ? 1 : 0;
            Assert.All(a.LogProbs.Take(same).Zip(b.LogProbs), p => Assert.Equal(p.First, p.Second, Tolerance));
        }

        Assert.True(differing <= 1, $"{differing} responses differ");
    }
}
