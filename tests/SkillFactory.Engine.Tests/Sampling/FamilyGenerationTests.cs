using SkillFactory.Core.Randomness;
using SkillFactory.Core.Sampling;
using SkillFactory.Engine.Devices;
using SkillFactory.Engine.Models;
using SkillFactory.Engine.Sampling;
using SkillFactory.Engine.Tests.Models;
using TorchSharp;

namespace SkillFactory.Engine.Tests.Sampling;

[Collection(TensorCollection.Name)]
public class FamilyGenerationTests
{
    [Theory]
    [MemberData(nameof(FamilyShapes.Names), MemberType = typeof(FamilyShapes))]
    public void Step_by_step_every_token_has_the_log_probability_that_it_has_in_the_whole_sequence(string family)
    {
        // Prompts shorter and longer than the windows; responses that leave the prompt behind the window and pass the original context.
        using var model = new TestModel(FamilyShapes.All[family]);
        GenerationRequest[] requests =
        [
            .. new[] { 1, 2, 11, 18 }.Select(
                (length, i) => new GenerationRequest(model.Tokens(length, (ulong)i), 2, KeyedRandom.Of(3, "family").Child(i))
            ),
        ];
        using var generation = new Generation(model.Weights, model.Rotary, requests, new Decoding { MaxNewTokens = 30 }, []);
        while (!generation.Advance(TimeSpan.FromSeconds(10))) { }

        Assert.Equal(8, generation.Finished.Count);
        foreach (var result in generation.Finished)
        {
            var prompt = requests[result.Request].Prompt;
            var expected = model.Reference.LogProbs([.. prompt, .. result.Tokens]).AsSpan(prompt.Length - 1).ToArray();
            Assert.Equal(30, result.LogProbs.Length);
            Assert.All(expected.Zip(result.LogProbs), p => Assert.Equal(p.First, p.Second, 5e-5));
        }
    }

    [Theory]
    [MemberData(nameof(FamilyShapes.Names), MemberType = typeof(FamilyShapes))]
    public void The_cache_of_other_devices_gives_the_logits_of_the_whole_sequence(string family)
    {
        // Two prompts of different lengths, the shorter one padded on the left, and 30 forced tokens each.
        using var model = new TestModel(FamilyShapes.All[family]);
        const int Prompt = 11;
        DecodeRow[] rows = [new(0, 2), new(1, Prompt)];
        int[][] texts = [model.Tokens(32, 1), model.Tokens(Prompt + 30, 2)];
        var (ids, positions, mask) = (new long[2 * Prompt], new long[2 * Prompt], new float[2 * Prompt * Prompt]);
        for (var r = 0; r < 2; r++)
        {
            var padding = Prompt - rows[r].PromptLength;
            for (var i = 0; i < Prompt; i++)
            {
                ids[(r * Prompt) + i] = i < padding ? 0 : texts[r][i - padding];
                positions[(r * Prompt) + i] = Math.Max(0, i - padding);
                for (var j = 0; j < Prompt; j++)
                {
                    mask[(((r * Prompt) + i) * Prompt) + j] = j == i || (j < i && j >= padding) ? 0 : float.NegativeInfinity;
                }
            }
        }

        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        using var cache = new TensorDecodeCache(model.Shape, DeviceSpec.Cpu, model.Rotary, rows, Prompt, 30);
        var prefill = new SequenceAttention(
            model.Shape,
            model.Rotary,
            2,
            Prompt,
            torch.tensor(positions),
            torch.tensor(mask, [2, 1, Prompt, Prompt]),
            cache.Fill
        );
        Decoder.Layers(model.Shape, model.Weights.Views, torch.tensor(ids, [2, Prompt]), prefill);
        var expected = texts.Select(t => model.Reference.Logits(t)).ToArray();
        for (var step = 0; step < 30; step++)
        {
            cache.BeginStep();
            var input = torch.tensor(rows.Select((row, r) => (long)texts[r][row.PromptLength + step]).ToArray());
            var hidden = Decoder.Layers(model.Shape, model.Weights.Views, input, cache);
            var logits = Decoder.Logits(model.Shape, model.Weights.Views, hidden).data<float>().ToArray();
            for (var r = 0; r < 2; r++)
            {
                var row = expected[r][rows[r].PromptLength + step];
                Assert.All(row.Index(), l => Assert.Equal(l.Item, logits[(r * row.Length) + l.Index], 5e-5));
            }
        }
    }
}
