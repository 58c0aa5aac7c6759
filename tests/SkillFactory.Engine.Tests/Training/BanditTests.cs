using SkillFactory.Core.Advantages;
using SkillFactory.Core.Randomness;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.Sampling;
using SkillFactory.Engine.Sampling;
using SkillFactory.Engine.Tests.Models;
using SkillFactory.Engine.Training;
using SkillFactory.Grading;

namespace SkillFactory.Engine.Tests.Training;

/// <summary>A toy task with a known answer: the response is correct when it begins with one of a few tokens. Each published algorithm, with
/// the settings of its documentation, must learn it from the model's own samples.</summary>
[Collection(TensorCollection.Name)]
public class BanditTests
{
    private const int Limit = 6;
    private const int Stop = 3;
    private static readonly int[] Right = [1, 5, 8];
    private static readonly int[] Prompt = [2, 7, 4];

    public static TheoryData<string> Algorithms => [.. GrpoVariants.Names, "defaults"];

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void An_algorithm_makes_rewarded_responses_likelier(string algorithm)
    {
        var published = algorithm == "defaults" ? new GrpoSettings() : GrpoVariants.Get(algorithm);
        var settings = published with
        {
            Decoding = new Decoding { MaxNewTokens = Limit },
            Overlong = published.Overlong is { } overlong ? overlong with { From = 4 } : null,
            PromptsPerStep = 4,
            GroupSize = 16,
        };
        using var model = new TestModel(TestModel.Grouped);
        using var before = new TestModel(TestModel.Grouped);
        using var trainer = new Trainer(model.Weights, TrainingFixture.Whole);
        using var reference = new Trainer(before.Weights, TrainingFixture.Whole);
        var first = ShareOfRight(model);
        Assert.InRange(first, 0.02, 0.6);
        for (var step = 0; step < 25; step++)
        {
            Step(model, trainer, reference, settings, step);
        }

        Assert.InRange(ShareOfRight(model), Math.Max(0.8, first + 0.2), 1);
    }

    private static void Step(TestModel model, Trainer trainer, Trainer reference, GrpoSettings settings, int step)
    {
        var sampled = Sample(model, settings, step);
        var groups = sampled.Chunk(settings.GroupSize).Select(g => Score(g, settings, reference)).ToArray();
        foreach (var part in GrpoStepPlan.Of(groups, settings).MiniBatches)
        {
            var batch = part
                .Samples.Select(s => (Sample: s, Plain: sampled[(s.Group * settings.GroupSize) + s.Sample]))
                .Select(p => new TrainingSequence(p.Plain.Tokens, p.Plain.Loss)
                {
                    OldLogProbs = p.Plain.OldLogProbs,
                    Advantage = (float)p.Sample.Advantage,
                })
                .ToArray();
            var anchors = settings is { KlCoefficient: > 0, KlIn: "loss" } ? reference.LogProbs(batch, 1) : null;
            trainer.Policy(batch, settings, 1, part.Denominator, anchors, 0.01, new AdamWSettings(0.9, 0.99, 0, 1));
        }
    }

    private static ScoredGroup Score(TrainingSequence[] group, GrpoSettings settings, Trainer reference)
    {
        var outcomes = group.Select(s =>
            s.Tokens[^1] != Stop ? Outcome.Truncated
            : Right.Contains(s.Tokens[Prompt.Length]) ? Outcome.Correct
            : Outcome.Wrong
        );
        double[] rewards = [.. group.Select(s => Right.Contains(s.Tokens[Prompt.Length]) ? 1.0 : 0)];
        var scored = new ScoredGroup("p", rewards, [.. group.Select(s => s.LossTokens)], [.. outcomes]);
        if (settings.Overlong is { } overlong)
        {
            scored = scored.WithOverlongPenalty(overlong, Limit);
        }

        return settings is not { KlCoefficient: > 0, KlIn: "reward" }
            ? scored
            : scored with
            {
                KlPenalties =
                [
                    .. group.Zip(reference.LogProbs(group, 1), (s, anchor) =>
                        settings.KlCoefficient * s.OldLogProbs!.Zip(anchor, (p, q) => KlEstimate.Of(settings.KlEstimator, p, q)).Sum()
                    ),
                ],
            };
    }

    private static TrainingSequence[] Sample(TestModel model, GrpoSettings settings, int step)
    {
        GenerationRequest[] requests =
        [
            .. Enumerable
                .Range(0, settings.PromptsPerStep)
                .Select(i => new GenerationRequest(Prompt, settings.GroupSize, KeyedRandom.Of(step, "bandit").Child(i))),
        ];
        using var generation = new Generation(model.Weights, model.Rotary, requests, settings.Decoding, [Stop]);
        while (!generation.Advance(TimeSpan.FromSeconds(10))) { }

        return [.. generation.Finished.OrderBy(g => g.Request).Select(g => NumericalContract.Sequence(Prompt, g))];
    }

    /// <summary>The probability of a correct response under the current weights.</summary>
    private static double ShareOfRight(TestModel model)
    {
        using var trainer = new Trainer(model.Weights, TrainingFixture.Whole);
        return trainer
            .LogProbs([.. Right.Select(token => new TrainingSequence([.. Prompt, token], [false, false, false, true]))], 1)
            .Sum(l => Math.Exp(l[0]));
    }
}
