using SkillFactory.Core.Randomness;
using SkillFactory.Core.Sampling;
using SkillFactory.Engine.Devices;
using SkillFactory.Engine.Models;
using SkillFactory.Engine.Sampling;
using SkillFactory.Engine.Sampling.Attention;
using SkillFactory.Engine.Tests.Models;
using SkillFactory.Primitives.Errors;
using TorchSharp;

namespace SkillFactory.Engine.Tests.Sampling;

[Collection(TensorCollection.Name)]
public class GenerationTests
{
    /// <summary>Log-probabilities of these models in fp32 and double precision agree to about 1e-6.</summary>
    private const double Tolerance = 5e-5;

    private static readonly int[] Stops = [3, 8];

    public static TheoryData<DecoderShape, double, int, double, double> Decodings =>
        new()
        {
            { TestModel.Grouped, 1.0, 0, 1.0, 1.0 },
            { TestModel.Grouped, 0.7, 0, 1.0, 1.0 },
            { TestModel.Grouped with { KvHeads = 4, TiedEmbedding = false }, 1.0, 0, 1.0, 1.0 },
            { TestModel.Grouped with { KvHeads = 1, HeadDim = 6, Layers = 1, RopeTheta = 1_000_000 }, 1.5, 0, 1.0, 1.0 },
            { TestModel.Grouped, 1.2, 5, 0.9, 1.0 },
            { TestModel.Grouped, 1.0, 0, 1.0, 1.4 },
        };

    [Theory]
    [MemberData(nameof(Decodings))]
    public void Every_token_is_the_one_that_its_uniform_number_selects_from_the_reference_distribution(
        DecoderShape shape,
        double temperature,
        int topK,
        double topP,
        double penalty
    )
    {
        // Pages, places and chunks must not affect results. The reference runs each sequence separately, from its start, for
        // every token.
        using var model = new TestModel(shape);
        var decoding = new Decoding
        {
            Temperature = temperature,
            TopK = topK,
            TopP = topP,
            RepetitionPenalty = penalty,
            MaxNewTokens = 24,
        };
        var requests = Requests(model, [5, 1, 9, 3], samples: 5);
        var results = Run(model, requests, decoding, Stops);
        Assert.Equal(20, results.Count);
        Assert.True(
            results.Select(r => r.Tokens.Length).Distinct().Count() > 5,
            "responses should end at different times for this to test anything"
        );
        var edges = 0;
        foreach (var result in results)
        {
            var request = requests[result.Request];
            for (var t = 0; t < result.Tokens.Length; t++)
            {
                int[] before = [.. request.Prompt, .. result.Tokens[..t]];
                var logits = model.Reference.Logits(before)[^1];
                if (penalty != 1)
                {
                    foreach (var token in before.Distinct())
                    {
                        logits[token] = logits[token] > 0 ? logits[token] / penalty : logits[token] * penalty;
                    }
                }

                var logProbs = ReferenceDecoder.LogSoftmax(logits, temperature);
                Assert.Equal(logProbs[result.Tokens[t]], result.LogProbs[t], Tolerance);
                var (expected, margin) = Select(logProbs, topK, topP, request.Random.Child(result.Sample).Uniform((uint)t));
                edges += margin < Tolerance ? 1 : 0;
                Assert.True(
                    margin < Tolerance || expected == result.Tokens[t],
                    $"request {result.Request}, sample {result.Sample}, token {t}: margin {margin}"
                );
            }
        }

        Assert.True(edges < 3, "uniforms at the edge of a token's interval are rare");
    }

    [Fact]
    public void Greedy_decoding_takes_the_argmax_of_the_reference()
    {
        using var model = new TestModel(TestModel.Grouped with { TiedEmbedding = false, MaxPositions = 30 });
        var requests = Requests(model, [6, 2, 4], samples: 1);
        foreach (var result in Run(model, requests, new Decoding { Temperature = 0, MaxNewTokens = 24 }, []))
        {
            var sequence = new List<int>(requests[result.Request].Prompt);
            for (var t = 0; t < result.Tokens.Length; t++)
            {
                var logProbs = ReferenceDecoder.LogSoftmax(model.Reference.Logits([.. sequence])[^1]);
                var order = Enumerable.Range(0, logProbs.Length).OrderByDescending(i => logProbs[i]).ToArray();
                Assert.True(logProbs[order[0]] - logProbs[order[1]] > Tolerance, "no tie");
                Assert.Equal(order[0], result.Tokens[t]);
                Assert.Equal(logProbs[order[0]], result.LogProbs[t], Tolerance);
                sequence.Add(order[0]);
            }
        }
    }

    [Fact]
    public void Mean_entropy_equals_that_of_the_reference()
    {
        using var model = new TestModel(TestModel.Grouped);
        var requests = Requests(model, [4, 2], samples: 2);
        foreach (var result in Run(model, requests, new Decoding { Temperature = 0.8, MaxNewTokens = 12 }, Stops))
        {
            var logits = model.Reference.Logits([.. requests[result.Request].Prompt, .. result.Tokens]);
            var entropies = result.Tokens.Select(
                (_, t) =>
                    -ReferenceDecoder.LogSoftmax(logits[requests[result.Request].Prompt.Length + t - 1], 0.8).Sum(l => Math.Exp(l) * l)
            );
            Assert.Equal(entropies.Average(), result.MeanEntropy, Tolerance);
        }
    }

    [Fact]
    public void The_same_batch_gives_the_same_bits_for_any_slice_length()
    {
        using var model = new TestModel(TestModel.Grouped);
        var requests = Requests(model, [5, 1, 9], samples: 4);
        var decoding = new Decoding { MaxNewTokens = 24 };
        var whole = Run(model, requests, decoding, Stops);
        AssertSame(whole, Run(model, requests, decoding, Stops));
        using var generation = new Generation(model.Weights, model.Rotary, requests, decoding, Stops);
        var slices = 0;
        long tokens = 0;
        while (!generation.Advance(TimeSpan.Zero))
        {
            slices++;
            Assert.True(generation.GeneratedTokens > tokens, "a slice takes at least one step");
            Assert.False(generation.Done);
            tokens = generation.GeneratedTokens;
        }

        Assert.True(slices > 10, "a slice without time takes one step");
        Assert.True(generation.Done);
        AssertSame(whole, generation.Finished);
        Assert.Equal(whole.Sum(r => r.Tokens.Length), generation.GeneratedTokens);
        Assert.True(generation.Advance(TimeSpan.FromSeconds(1)), "nothing is left to do");
        AssertSame(whole, generation.Finished);
    }

    [Fact]
    public void Other_rows_of_the_batch_do_not_change_a_response()
    {
        using var model = new TestModel(TestModel.Grouped);
        var requests = Requests(model, [5, 3, 9], samples: 4);
        var decoding = new Decoding { MaxNewTokens = 24 };
        var together = Run(model, requests, decoding, Stops).Where(r => r.Request == 0).ToArray();

        // With other random keys, the other rows end and are dropped at other times.
        GenerationRequest[] others = [requests[0], .. requests[1..].Select(r => r with { Random = r.Random.Child(99) })];
        AssertEquivalent(together, Run(model, others, decoding, Stops).Where(r => r.Request == 0));

        // Alone, without padding; then at another index of the batch with fewer samples.
        AssertEquivalent(together, Run(model, requests[..1], decoding, Stops));
        var moved = Run(model, [requests[2], requests[0] with { Samples = 2 }], decoding, Stops).Where(r => r.Request == 1);
        AssertEquivalent(together[..2], moved.Select(r => r with { Request = 0 }));
    }

    [Fact]
    public void Samples_of_a_request_and_requests_with_other_keys_differ()
    {
        using var model = new TestModel(TestModel.Grouped);
        var request = Requests(model, [4], samples: 6)[0];
        var results = Run(model, [request, request with { Random = request.Random.Child(1) }], new Decoding { MaxNewTokens = 12 }, []);
        Assert.True(results.Select(r => string.Join(' ', r.Tokens)).Distinct().Count() > 10);
        Assert.Equal(
            Enumerable.Range(0, 2).SelectMany(r => Enumerable.Range(0, 6).Select(s => (r, s))),
            results.Select(r => (r.Request, r.Sample))
        );
    }

    [Fact]
    public void A_stop_token_ends_a_response_and_is_included()
    {
        using var model = new TestModel(TestModel.Grouped);
        var requests = Requests(model, [4, 2], samples: 16);
        var free = Run(model, requests, new Decoding { MaxNewTokens = 20 }, []);
        Assert.All(free, r => Assert.True(r.Truncated && r.Tokens.Length == 20 && r.LogProbs.Length == 20));
        var results = Run(model, requests, new Decoding { MaxNewTokens = 20 }, Stops);
        foreach (var (result, whole) in results.Zip(free))
        {
            // The same draws, cut after the first stop token.
            var at = Array.FindIndex(whole.Tokens, Stops.Contains);
            Assert.Equal(at < 0 ? whole.Tokens : whole.Tokens[..(at + 1)], result.Tokens);
            Assert.Equal(result.Tokens.Length, result.LogProbs.Length);
            Assert.Equal(at < 0, result.Truncated);
        }

        Assert.Contains(results, r => !r.Truncated);
    }

    [Fact]
    public void A_stop_token_in_the_last_place_is_not_a_truncation()
    {
        using var model = new TestModel(TestModel.Grouped);
        var requests = Requests(model, [4], samples: 8);
        foreach (var whole in Run(model, requests, new Decoding { MaxNewTokens = 6 }, []))
        {
            var last = whole.Tokens[^1];
            if (Array.IndexOf(whole.Tokens, last) == 5)
            {
                var ended = Run(model, requests, new Decoding { MaxNewTokens = 6 }, [last]).Single(r => r.Sample == whole.Sample);
                Assert.Equal(whole.Tokens, ended.Tokens);
                Assert.False(ended.Truncated);
                return;
            }
        }

        Assert.Fail("no sample ends in a token that occurs only there; use another seed");
    }

    [Fact]
    public void First_tokens_follow_the_distribution_of_the_model()
    {
        using var model = new TestModel(TestModel.Grouped);
        const int Draws = 4000;
        var request = new GenerationRequest(model.Tokens(5, 1), Draws, KeyedRandom.Of(1, "chi-square"));
        var counts = new int[model.Shape.VocabSize];
        foreach (var result in Run(model, [request], new Decoding { Temperature = 1.3, MaxNewTokens = 1 }, []))
        {
            counts[result.Tokens[0]]++;
        }

        var expected = ReferenceDecoder
            .LogSoftmax(model.Reference.Logits(request.Prompt)[^1], 1.3)
            .Select(l => Math.Exp(l) * Draws)
            .ToArray();
        Assert.True(expected.Min() > 5, "a chi-square test needs five expected draws per token");
        var statistic = counts.Zip(expected, (c, e) => (c - e) * (c - e) / e).Sum();

        // 12 degrees of freedom: the 0.001 and 0.999 quantiles.
        Assert.InRange(statistic, 2.214, 32.909);
    }

    [Fact]
    public void Prompt_and_response_limit_can_use_all_positions_but_no_more()
    {
        using var model = new TestModel(TestModel.Grouped with { MaxPositions = 12 });
        var requests = Requests(model, [7, 2], samples: 1);
        Assert.Equal(5, Run(model, requests, new Decoding { MaxNewTokens = 5 }, [])[0].Tokens.Length);
        var error = Assert.Throws<UserErrorException>(() =>
            new Generation(model.Weights, model.Rotary, requests, new Decoding { MaxNewTokens = 6 }, [])
        );
        Assert.Equal("a prompt of 7 tokens and its limit of 6 new tokens need 13 positions; the model has 12", error.Message);
    }

    [Fact]
    public void A_generation_without_samples_is_done_at_once()
    {
        using var model = new TestModel(TestModel.Grouped);
        Assert.Empty(Run(model, [], new Decoding { MaxNewTokens = 4 }, []));
        Assert.Empty(Run(model, [.. Requests(model, [3], samples: 0)], new Decoding { MaxNewTokens = 4 }, []));
        var some = Requests(model, [3, 4], samples: 2);
        var results = Run(model, [some[0] with { Samples = 0 }, some[1]], new Decoding { MaxNewTokens = 4 }, []);
        Assert.Equal([(1, 0), (1, 1)], results.Select(r => (r.Request, r.Sample)));
    }

    [Fact]
    public void An_unfinished_generation_leaves_no_tensors_after_disposal()
    {
        using var model = new TestModel(TestModel.Grouped);
        var requests = Requests(model, [4, 2], samples: 4);
        Run(model, requests, new Decoding { MaxNewTokens = 20 }, Stops);
        var before = torch.Tensor.TotalCount;
        var attention = new TensorPagedAttention(model.Shape, DeviceSpec.Cpu, model.Rotary);
        using (var generation = new Generation(model.Weights, requests, new Decoding { MaxNewTokens = 20 }, Stops, null, attention))
        {
            for (var i = 0; i < 6; i++)
            {
                generation.Advance(TimeSpan.Zero);
            }

            Assert.False(generation.Done);
            Assert.True(torch.Tensor.TotalCount > before, "the cache exists");
        }

        Assert.Equal(before, torch.Tensor.TotalCount);
    }

    private static GenerationRequest[] Requests(TestModel model, int[] lengths, int samples) =>
        [
            .. lengths.Select(
                (l, i) => new GenerationRequest(model.Tokens(l, (ulong)(100 + i)), samples, KeyedRandom.Of(7, "generation").Child(i))
            ),
        ];

    private static List<GeneratedSequence> Run(TestModel model, IReadOnlyList<GenerationRequest> requests, Decoding decoding, int[] stops)
    {
        using var generation = new Generation(model.Weights, model.Rotary, requests, decoding, stops);
        while (!generation.Advance(TimeSpan.FromSeconds(10))) { }

        return generation.Finished;
    }

    /// <summary>The token whose interval of the cumulative distribution, after top-k and top-p, contains the uniform number, and the
    /// distance of that number from the ends of the interval.</summary>
    private static (int Token, double Margin) Select(double[] logProbs, int topK, double topP, double uniform)
    {
        var order = Enumerable.Range(0, logProbs.Length).OrderByDescending(i => logProbs[i]).ToList();
        var kept = topK == 0 ? order : order[..topK];
        var total = kept.Sum(i => Math.Exp(logProbs[i]));
        var count = Enumerable
            .Range(1, kept.Count)
            .First(n => n == kept.Count || kept.Take(n).Sum(i => Math.Exp(logProbs[i])) >= topP * total);
        var probabilities = kept.Take(count).Order().Select(i => (Token: i, P: Math.Exp(logProbs[i]))).ToArray();
        var mass = probabilities.Sum(p => p.P);
        double cumulative = 0;
        foreach (var (token, p) in probabilities)
        {
            var from = cumulative;
            cumulative += p / mass;
            if (uniform < cumulative || token == probabilities[^1].Token)
            {
                return (token, Math.Min(Math.Abs(uniform - from), Math.Abs(cumulative - uniform)));
            }
        }

        throw new InvalidOperationException("no token is left");
    }

    private static void AssertSame(List<GeneratedSequence> expected, List<GeneratedSequence> actual)
    {
        Assert.Equal(expected.Count, actual.Count);
        foreach (var (a, b) in expected.Zip(actual))
        {
            Assert.Equal((a.Request, a.Sample, a.Truncated, a.MeanEntropy), (b.Request, b.Sample, b.Truncated, b.MeanEntropy));
            Assert.Equal(a.Tokens, b.Tokens);
            Assert.Equal(a.LogProbs, b.LogProbs);
        }
    }

    /// <summary>The same tokens, and the same figures up to the rounding of matmuls of different shapes.</summary>
    private static void AssertEquivalent(IEnumerable<GeneratedSequence> expected, IEnumerable<GeneratedSequence> actual)
    {
        var (first, second) = (expected.ToArray(), actual.ToArray());
        Assert.Equal(first.Select(a => (a.Request, a.Sample, a.Truncated)), second.Select(b => (b.Request, b.Sample, b.Truncated)));
        foreach (var (a, b) in first.Zip(second))
        {
            Assert.Equal(a.Tokens, b.Tokens);
            Assert.All(a.LogProbs.Zip(b.LogProbs), p => Assert.Equal(p.First, p.Second, Tolerance));
        }
    }
}
