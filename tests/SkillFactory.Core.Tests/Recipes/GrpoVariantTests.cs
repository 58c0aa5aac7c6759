using SkillFactory.Core.Recipes;
using SkillFactory.Core.Sampling;

namespace SkillFactory.Core.Tests.Recipes;

/// <summary>The page of GRPO's variants gives settings that can be read and that are those of the papers.</summary>
public sealed class GrpoVariantTests
{
    [Fact]
    public void The_page_has_the_published_algorithms() =>
        Assert.Equal(["GRPO", "Dr. GRPO", "DAPO", "GSPO", "CISPO", "RLOO"], GrpoVariants.Names);

    [Fact]
    public void The_settings_of_the_page_are_those_of_the_papers()
    {
        var plain = new GrpoSettings();
        Assert.Equal(plain with { Aggregation = "sequences", ClipHigh = 0.2, KlCoefficient = 0.04 }, GrpoVariants.Get("GRPO"));
        Assert.Equal(plain with { Aggregation = "length", Advantage = "centred", ClipHigh = 0.2 }, GrpoVariants.Get("Dr. GRPO"));
        Assert.Equal(
            plain with
            {
                DynamicRounds = 8,
                Decoding = new Decoding { MaxNewTokens = 16_384 + 4_096 },
                Overlong = new OverlongSettings { From = 16_384, Penalty = 0.5 },
            },
            GrpoVariants.Get("DAPO")
        );
        Assert.Equal(
            plain with
            {
                Ratio = "sequence",
                Aggregation = "sequences",
                ClipLow = 3e-4,
                ClipHigh = 4e-4,
                UpdatesPerStep = 4,
            },
            GrpoVariants.Get("GSPO")
        );
        Assert.Equal(plain with { Surrogate = "weight", ClipLow = 1, ClipHigh = 4, UpdatesPerStep = 4 }, GrpoVariants.Get("CISPO"));
        Assert.Equal(
            plain with
            {
                Aggregation = "length",
                Advantage = "leave_one_out",
                KlCoefficient = 0.05,
                KlEstimator = "k1",
                KlIn = "reward",
            },
            GrpoVariants.Get("RLOO")
        );
    }

    /// <summary>A written recipe holds all values but those without effect, and reads as the same recipe.</summary>
    [Theory]
    [InlineData("klCoefficient: 0")]
    [InlineData("importanceLimit: 2")]
    [InlineData("{ klCoefficient: 0.1, klEstimator: k2, klIn: reward, importanceLimit: 3, updatesPerStep: 2, ratio: sequence }")]
    [InlineData("{ credit: { response: 0, attempt: 1 }, skipTruncated: true }")]
    [InlineData("{ overlong: { from: 3 }, surrogate: weight, aggregation: length, advantage: leave_one_out }")]
    public void Written_settings_read_as_the_same(string grpo)
    {
        var text = RecipeText.Valid.Replace(
            "- name: rl\n    stages: [grpo]",
            $"- name: rl\n    stages: [grpo]\n    set: {{ grpo: {(grpo[0] == '{' ? grpo : $"{{ {grpo} }}")} }}",
            StringComparison.Ordinal
        );
        var recipe = RecipeText.Parse(text);
        var again = RecipeText.Parse(RecipeWriter.ToYaml(recipe));
        Assert.Equal(CanonicalJson.Hash(recipe.Arms[1].Set.Grpo), CanonicalJson.Hash(again.Arms[1].Set.Grpo));
        Assert.Equal(CanonicalJson.Hash(recipe.Grpo), CanonicalJson.Hash(again.Grpo));
    }
}
