using SkillFactory.Core.Randomness;
using SkillFactory.Core.Sampling;
using SkillFactory.Engine.Devices;
using SkillFactory.Engine.Models;
using SkillFactory.Engine.Sampling;
using SkillFactory.Engine.Sampling.Attention;
using SkillFactory.Engine.Tests.Models;

namespace SkillFactory.Engine.Tests.Sampling;

[Collection(TensorCollection.Name)]
public class FamilyGenerationTests
{
    [Theory]
    [MemberData(nameof(FamilyShapes.Names), MemberType = typeof(FamilyShapes))]
    public void Step_by_step_every_token_has_the_log_probability_that_it_has_in_the_whole_sequence(string family) =>
        Check(family, m => PagedAttention.Create(m.Weights, m.Rotary));

    [Theory]
    [MemberData(nameof(FamilyShapes.Names), MemberType = typeof(FamilyShapes))]
    public void So_it_is_with_the_attention_of_other_devices(string family) =>
        Check(family, m => new TensorPagedAttention(m.Shape, DeviceSpec.Cpu, m.Rotary));

    private static void Check(string family, Func<TestModel, PagedAttention> attention)
    {
        // Prompts shorter and longer than the windows; responses that leave the prompt behind the window and pass the original context.
        using var model = new TestModel(FamilyShapes.All[family]);
        GenerationRequest[] requests =
        [
            .. new[] { 1, 2, 11, 18 }.Select(
                (length, i) => new GenerationRequest(model.Tokens(length, (ulong)i), 2, KeyedRandom.Of(3, "family").Child(i))
            ),
        ];
        using var generation = new Generation(model.Weights, requests, new Decoding { MaxNewTokens = 30 }, [], null, attention(model));
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
}
