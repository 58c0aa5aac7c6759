using SkillFactory.Core.Randomness;
using SkillFactory.Engine.Models;
using SkillFactory.Engine.Tests.Models;
using SkillFactory.Engine.Training;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Engine.Tests.Training;

[Collection(TensorCollection.Name)]
public class NumericalContractTests
{
    private static readonly DecoderShape Shape = TestModel.Grouped with { TiedEmbedding = false };

    [Fact]
    public void A_valid_model_passes_every_check()
    {
        using var model = new TestModel(Shape);
        var checks = Measure(model, model);
        NumericalContract.Require(checks);
        Assert.Equal(
            [
                "sampler against trainer log-probabilities at T = 1",
                "sampler against trainer log-probabilities at T = 0.7",
                "packed against unpacked log-probabilities",
                "gradient of the batch whole against in 2 parts",
                "gradient of the batch whole against in 4 parts",
            ],
            checks.Select(c => c.Name)
        );
        Assert.All(checks, c => Assert.InRange(c.Difference, 0, c.Limit));
    }

    [Fact]
    public void A_sampler_with_other_weights_than_the_trainer_fails_its_checks()
    {
        // Like a stale or damaged copy on a worker: one bias of 1,852 parameters differs.
        using var model = new TestModel(Shape);
        using var stale = new TestModel(Shape);
        var values = model.Weights.ToArray();
        values[model.Layout.IndexOf("model.layers.1.self_attn.v_proj.bias")] += 0.25f;
        stale.Weights.CopyFrom(values);
        var checks = Measure(stale, model);
        Assert.Equal([false, false, true, true, true], checks.Select(c => c.Holds));
        var error = Assert.Throws<UserErrorException>(() => NumericalContract.Require(checks));
        Assert.Contains(
            "training is refused: sampler against trainer log-probabilities at T = 1 differs by ",
            error.Message,
            StringComparison.Ordinal
        );
        Assert.Contains("at T = 0.7 differs by ", error.Message, StringComparison.Ordinal);
        Assert.Contains("at most 0.002 is allowed", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("packed", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_difference_that_is_NaN_fails_the_check()
    {
        // The embedding of one token of the trainer's weights is damaged, and only the second prompt contains it.
        using var model = new TestModel(Shape);
        using var damaged = new TestModel(Shape);
        var values = damaged.Weights.ToArray();
        values[damaged.Layout.IndexOf("model.embed_tokens.weight") + (5 * 12)] = float.NaN;
        damaged.Weights.CopyFrom(values);
        Assert.All(
            Measure(
                model,
                damaged,
                [
                    [1, 2, 3],
                    [4, 5],
                ]
            ),
            c => Assert.False(c.Holds, c.Name)
        );
    }

    [Fact]
    public void A_check_holds_up_to_and_including_its_limit()
    {
        NumericalContract.Require([new ContractCheck("a", 0.5, 0.5)]);
        Assert.Throws<UserErrorException>(() => NumericalContract.Require([new ContractCheck("a", 0.50001, 0.5)]));
        Assert.Throws<UserErrorException>(() => NumericalContract.Require([new ContractCheck("a", double.NaN, 0.5)]));
    }

    private static IReadOnlyList<ContractCheck> Measure(TestModel sampler, TestModel trained, int[][]? prompts = null)
    {
        using var trainer = new Trainer(trained.Weights, new TrainerOptions { Shards = 2, MicroBatchArea = 1024 });
        return NumericalContract.Measure(
            sampler.Weights,
            trainer,
            prompts
                ??
                [
                    [1, 2, 3, 4, 6],
                    [7, 5],
                ],
            [3],
            KeyedRandom.Of(1, "contract"),
            maxNewTokens: 20
        );
    }
}
