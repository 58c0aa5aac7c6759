using CsCheck;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.Sampling;
using SkillFactory.Engine.Losses;
using static SkillFactory.Engine.Tests.Losses.GrpoLossTests;
using static TorchSharp.torch;

namespace SkillFactory.Engine.Tests.Losses;

/// <summary>Every combination of ratio, surrogate, aggregation and KL estimate against the formulas in double arithmetic, with the slopes
/// of these formulas as gradients.</summary>
[Collection(TensorCollection.Name)]
public class GrpoVariantTests
{
    private const int Limit = 9;

    private static readonly Gen<GrpoSettings> Settings =
        from ratio in AnyOf("token", "sequence")
        from surrogate in AnyOf("clip", "weight")
        from aggregation in AnyOf("tokens", "sequences", "length")
        from estimator in AnyOf("k1", "k2", "k3")
        from low in AnyOf(0.1, 0.2, 1.0)
        from high in AnyOf(0.1, 0.28, 3.0)
        from dual in Gen.Bool
        select new GrpoSettings
        {
            Ratio = ratio,
            Surrogate = surrogate,
            Aggregation = aggregation,
            ClipLow = low,
            ClipHigh = high,
            DualClip = dual && surrogate == "clip" ? 1.5 + high : null,
            KlEstimator = estimator,
            KlCoefficient = 0.3,
            Decoding = new Decoding { MaxNewTokens = Limit },
        };

    /// <summary>Responses of 1 to 9 tokens, whose tokens share an advantage.</summary>
    private static readonly Gen<ScalarResponse[]> Responses = Response(spread: 0.4).Array[1, 6];

    [Fact]
    public void Loss_and_gradient_are_those_of_the_formulas() =>
        Gen.Select(Settings, Responses)
            .Sample(
                (settings, drawn) =>
                {
                    var responses = settings.Ratio == "sequence" ? [.. drawn.Select(WithOneWeight)] : drawn;
                    if (AtAnEdge(responses, settings))
                    {
                        return;
                    }

                    var (loss, gradient) = Evaluate(responses, settings);
                    AssertSame([ScalarGrpoLoss.Of(responses, settings)], [loss], 1e-5);
                    AssertSame(Slopes(responses, settings), gradient, 2e-4);
                },
                iter: 300
            );

    [Fact]
    public void A_sequence_ratio_gives_each_token_the_gradient_of_its_own_advantage_and_weight()
    {
        // GSPO-token, equation 13: the ratio of the response as a constant, times p / (p as a constant).
        var settings = new GrpoSettings { Ratio = "sequence", Aggregation = "sequences" };
        var response = new ScalarResponse([-1.0, -2.0, -0.5], [-1.1, -2.1, -0.4], [1.5, -0.5, 0.25]) { Weights = [1, 2, 0.5] };
        var ratio = Math.Exp(0.1 / 3);
        var (_, gradient) = Evaluate([response], settings);
        AssertSame([.. response.Advantages.Zip(response.Weights, (a, w) => -ratio * a * w / 3)], gradient, 1e-6);
    }

    /// <summary>Where old and current policy are the same, ratio and surrogate make no difference: each gradient is the policy
    /// gradient.</summary>
    [Fact]
    public void On_policy_every_ratio_and_surrogate_has_the_policy_gradient() =>
        Gen.Select(Settings, Response(spread: 0).Array[1, 6])
            .Sample(
                (settings, responses) =>
                {
                    var plain = settings with { KlCoefficient = 0 };
                    var expected = Evaluate(responses, plain with { Ratio = "token", Surrogate = "clip" }).Gradient;
                    AssertSame(expected, Evaluate(responses, plain).Gradient, 1e-6);
                    var tokens = responses.SelectMany(r => r.Advantages.Select(a => (a, r.LogProbs.Length))).ToArray();
                    var weight = (int length) =>
                        settings.Aggregation switch
                        {
                            "tokens" => 1.0 / tokens.Length,
                            "sequences" => 1.0 / responses.Length / length,
                            _ => 1.0 / responses.Length / Limit,
                        };
                    AssertSame([.. tokens.Select(t => -t.a * weight(t.Length))], expected, 1e-6);
                },
                iter: 50
            );

    [Fact]
    public void Responses_of_equal_length_have_the_same_loss_in_tokens_and_in_sequences() =>
        Gen.Select(Settings, Gen.Int[1, Limit].SelectMany(length => Response(spread: 0.4, length).Array[1, 6]))
            .Sample(
                (settings, responses) =>
                {
                    var tokens = Evaluate(responses, settings with { Aggregation = "tokens" });
                    var sequences = Evaluate(responses, settings with { Aggregation = "sequences" });
                    AssertSame([tokens.Loss], [sequences.Loss], 1e-5);
                    AssertSame(tokens.Gradient, sequences.Gradient, 1e-6);

                    // As long as the limit, they have it in the mean by length, too.
                    var length = responses[0].LogProbs.Length;
                    var limited = settings with
                    {
                        Aggregation = "length",
                        Decoding = new Decoding { MaxNewTokens = length },
                    };
                    AssertSame(tokens.Gradient, Evaluate(responses, limited).Gradient, 1e-6);
                },
                iter: 50
            );

    [Fact]
    public void The_parts_of_a_mini_batch_add_up_to_its_loss_and_gradient() =>
        Gen.Select(Settings, Responses)
            .Sample(
                (settings, responses) =>
                {
                    var whole = Evaluate(responses, settings);
                    var denominator = Denominator(responses, settings);
                    var parts = responses.Chunk(2).Select(part => Evaluate(part, settings, denominator)).ToArray();
                    AssertSame([whole.Loss], [parts.Sum(p => p.Loss)], 1e-5);
                    AssertSame(whole.Gradient, [.. parts.SelectMany(p => p.Gradient)], 1e-6);
                },
                iter: 50
            );

    [Fact]
    public void Importance_weights_scale_the_surrogate_and_not_the_KL()
    {
        var settings = new GrpoSettings { KlCoefficient = 0.5 };
        var one = new ScalarResponse([-1.0, -2.0], [-1.0, -2.0], [1, 1]) { Reference = [-1.5, -2.5] };
        var weighted = one with { Weights = [2, 0] };
        var penalty = Evaluate([one with { Advantages = [0, 0] }], settings).Gradient;
        var expected = Evaluate([one], settings)
            .Gradient.Zip(penalty, (a, b) => a - b)
            .Zip([2.0, 0.0], (g, w) => g * w)
            .Zip(penalty, (a, b) => a + b);
        AssertSame([.. expected], Evaluate([weighted], settings).Gradient, 1e-6);
    }

    [Theory]
    [InlineData("token", "clip", 1, 1)]
    [InlineData("token", "weight", 2, 2)]
    [InlineData("sequence", "clip", 3, 2)]
    [InlineData("sequence", "weight", 3, 4)]
    public void Clipped_tokens_are_counted_on_both_sides(string ratio, string surrogate, long low, long high)
    {
        using var scope = NewDisposeScope();

        // Ratios of tokens .5 and 2 in each response; those of the responses: below, below, above, above.
        ScalarResponse Of(double[] ratios, double advantage) =>
            new([.. ratios.Select(r => Math.Log(r) - 1)], [.. ratios.Select(_ => -1.0)], [.. ratios.Select(_ => advantage)]);
        ScalarResponse[] responses = [Of([0.5, 0.9, 0.9], -1), Of([0.5, 1, 1], 1), Of([2, 1], 1), Of([2, 1.1], -1)];
        var settings = new GrpoSettings { Ratio = ratio, Surrogate = surrogate };
        if (ratio == "sequence")
        {
            settings = settings with { ClipLow = 0.2, ClipHigh = 0.25 };
            responses[1] = Of([1, 1, 1], 1);
        }

        var sums = GrpoLoss.Of(Tokens(responses), settings, 1).Sums;
        Assert.Equal((low, high), (sums.ClippedLow, sums.ClippedHigh));
    }

    /// <summary>The expectation of each estimate's gradient over the tokens of a policy: k2 has the slope of KL(p ‖ ref), k3 that of
    /// KL(ref ‖ p), and k1 none.</summary>
    [Theory]
    [InlineData("k1")]
    [InlineData("k2")]
    [InlineData("k3")]
    public void The_expected_gradient_of_a_KL_estimate_in_the_loss_is_as_documented(string estimator)
    {
        double[] logits = [0.3, -1.2, 0.8, 0];
        double[] reference = Softmax([1.0, 0.1, -0.4, 0.2]);
        var p = Softmax(logits);
        var settings = new GrpoSettings { KlEstimator = estimator, KlCoefficient = 1 };
        var logProbs = p.Select(v => Math.Log(v)).ToArray();
        var slope = Evaluate(
            [new ScalarResponse(logProbs, logProbs, [0, 0, 0, 0]) { Reference = [.. reference.Select(v => Math.Log(v))] }],
            settings,
            denominator: 1
        ).Gradient;

        // d log p_v / d logit_w = [v = w] − p_w, so E[slope_v · d log p_v / d logit_w] is:
        var expected = Enumerable.Range(0, 4).Select(w => (p[w] * slope[w]) - (p[w] * p.Zip(slope, (a, b) => a * b).Sum())).ToArray();
        Func<double[], double> divergence = estimator switch
        {
            "k1" => _ => 0,
            "k2" => q => q.Zip(reference, (a, b) => a * Math.Log(a / b)).Sum(),
            _ => q => reference.Zip(q, (a, b) => a * Math.Log(a / b)).Sum(),
        };
        var slopes = Enumerable
            .Range(0, 4)
            .Select(w => (divergence(Softmax(Moved(logits, w, 1e-5))) - divergence(Softmax(Moved(logits, w, -1e-5)))) / 2e-5)
            .ToArray();
        AssertSame(slopes, expected, 1e-6);
    }

    private static Gen<T> AnyOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    private static Gen<ScalarResponse> Response(double spread, int? length = null) =>
        from tokens in length is { } l ? Gen.Const(l) : Gen.Int[1, Limit]
        from old in Gen.Double[-4, -0.05].Array[tokens]
        from moves in Gen.Double[-1, 1].Array[tokens]
        from anchors in Gen.Double[-1, 1].Array[tokens]
        from weights in Gen.Double[0.1, 2].Array[tokens]
        from advantage in Gen.Double[-2, 2]
        select new ScalarResponse([.. old.Zip(moves, (o, m) => o + (spread * m))], old, [.. old.Select(_ => advantage)])
        {
            Reference = [.. old.Zip(anchors, (o, a) => o + a)],
            Weights = spread == 0 ? null : weights,
        };

    /// <summary>The ratio of a response has one slope for all its tokens only if they weigh the same.</summary>
    private static ScalarResponse WithOneWeight(ScalarResponse response) =>
        response with
        {
            Weights = [.. response.Weights!.Select(_ => response.Weights![0])],
        };

    /// <summary>Whether a ratio is so close to a bound that its slope is not defined.</summary>
    private static bool AtAnEdge(ScalarResponse[] responses, GrpoSettings s) =>
        responses
            .SelectMany(r => r.LogProbs.Select((_, t) => ScalarGrpoLoss.Ratio(r, r.LogProbs, t, s.Ratio)))
            .Any(r => new[] { 1 - s.ClipLow, 1 + s.ClipHigh, s.DualClip ?? 0 }.Any(edge => Math.Abs(r - edge) < 1e-3));

    private static (double Loss, double[] Gradient) Evaluate(
        IReadOnlyList<ScalarResponse> responses,
        GrpoSettings settings,
        double? denominator = null
    )
    {
        using var scope = NewDisposeScope();
        var tokens = Tokens(responses);
        tokens.LogProbs.requires_grad_(true);
        var (loss, _) = GrpoLoss.Of(tokens, settings, denominator ?? Denominator(responses, settings));
        loss.backward();
        return (loss.item<float>(), [.. tokens.LogProbs.grad!.data<float>().ToArray().Select(g => (double)g)]);
    }

    private static double Denominator(IReadOnlyList<ScalarResponse> responses, GrpoSettings settings) =>
        settings.Aggregation switch
        {
            "tokens" => responses.Sum(r => r.LogProbs.Length),
            "sequences" => responses.Count,
            _ => responses.Count * settings.Decoding.MaxNewTokens,
        };

    /// <summary>Central differences of the scalar loss in every log-probability.</summary>
    private static double[] Slopes(ScalarResponse[] responses, GrpoSettings settings)
    {
        const double Step = 1e-6;
        var constants = responses.Select(r => r.LogProbs).ToArray();
        double At(int response, int token, double step) =>
            ScalarGrpoLoss.Of(
                [.. responses.Select((r, i) => i == response ? r with { LogProbs = Moved(r.LogProbs, token, step) } : r)],
                settings,
                constants
            );
        return [.. responses.SelectMany((r, i) => r.LogProbs.Select((_, t) => (At(i, t, Step) - At(i, t, -Step)) / (2 * Step)))];
    }

    private static double[] Moved(double[] values, int at, double step) => [.. values.Select((v, i) => i == at ? v + step : v)];

    private static double[] Softmax(double[] logits)
    {
        var sum = logits.Sum(Math.Exp);
        return [.. logits.Select(l => Math.Exp(l) / sum)];
    }

    private static void AssertSame(double[] expected, double[] actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), p => Assert.Equal(p.First, p.Second, tolerance * (1 + Math.Abs(p.First))));
    }
}
