using SkillFactory.Core.Advantages;

namespace SkillFactory.Core.Tests.Advantages;

public class ImportanceWeightsTests
{
    [Fact]
    public void A_weight_is_the_ratio_of_trainer_to_sampler_up_to_the_limit()
    {
        var weights = ImportanceWeights.Of(
            [MathF.Log(0.5f), MathF.Log(0.5f), MathF.Log(0.5f), -100],
            [MathF.Log(0.4f), MathF.Log(0.1f), MathF.Log(0.8f), -300],
            limit: 2
        );
        Assert.Equal([1.25, 2, 0.625, 2], weights.Select(w => (double)w), (a, b) => Math.Abs(a - b) < 1e-6);
        Assert.Equal([1f, 1f], ImportanceWeights.Of([-1, -2], [-1, -2], limit: 1));
    }

    [Fact]
    public void Both_must_have_every_token() => Assert.Throws<ArgumentException>(() => ImportanceWeights.Of([-1], [-1, -2], 2));

    /// <summary>log p = log 0.2 and log ref = log 0.5: k1 = log 0.4, k2 = (log 0.4)² / 2, k3 = 2.5 − 1 − log 2.5.</summary>
    [Theory]
    [InlineData("k1", -0.916290731874155)]
    [InlineData("k2", 0.419794352659237)]
    [InlineData("k3", 0.583709268125845)]
    public void Estimates_of_the_KL_match_a_manual_calculation(string estimator, double expected) =>
        Assert.Equal(expected, KlEstimate.Of(estimator, Math.Log(0.2), Math.Log(0.5)), 12);

    /// <summary>Weighted by p, k1 and k3 add up to the KL itself.</summary>
    [Fact]
    public void The_expectation_of_k1_and_of_k3_is_the_KL()
    {
        double[] p = [0.2, 0.5, 0.3];
        double[] reference = [0.6, 0.1, 0.3];
        var kl = p.Zip(reference, (a, b) => a * Math.Log(a / b)).Sum();
        foreach (var estimator in new[] { "k1", "k3" })
        {
            Assert.Equal(kl, p.Zip(reference, (a, b) => a * KlEstimate.Of(estimator, Math.Log(a), Math.Log(b))).Sum(), 12);
        }
    }
}
