using SkillFactory.Engine.Training;

namespace SkillFactory.Engine.Tests.Training;

public class LearningRateTests
{
    [Theory]
    [InlineData(1, 0.25)]
    [InlineData(4, 1.0)]
    [InlineData(5, 0.9923)] // 0.1 + 0.9·(1 + cos(π/17))/2
    [InlineData(10, 0.7506)] // 6/17 of the cosine
    [InlineData(21, 0.1)]
    [InlineData(30, 0.1)]
    public void Cosine_rises_during_warm_up_and_falls_to_its_final_share(int step, double share) =>
        Assert.Equal(2e-3 * share, LearningRate.Cosine(step, steps: 21, peak: 2e-3, warmup: 4, finalShare: 0.1), 2e-3 * 1e-4);

    [Theory]
    [InlineData(1, 0.2)]
    [InlineData(5, 1.0)]
    [InlineData(6, 1.0)]
    [InlineData(15, 1.0)]
    [InlineData(16, 0.82)]
    [InlineData(18, 0.46)]
    [InlineData(20, 0.1)]
    [InlineData(25, 0.1)]
    public void Trapezoid_rises_stays_constant_and_falls(int step, double share) =>
        Assert.Equal(3.0 * share, LearningRate.Trapezoid(step, steps: 20, peak: 3, warmup: 5, finalShare: 0.1, decayShare: 0.25), 1e-9);

    [Fact]
    public void Without_decay_and_warm_up_a_trapezoid_is_constant() =>
        Assert.All(Enumerable.Range(1, 50), s => Assert.Equal(0.5, LearningRate.Trapezoid(s, 50, 0.5, 0, 0.1, 0)));

    [Fact]
    public void No_rate_is_negative_or_above_the_peak()
    {
        foreach (var (steps, warmup, share) in new[] { (1, 0, 0.0), (1, 5, 0.05), (3, 3, 0.5), (10, 2, 1.0), (10, 20, 0.3) })
        {
            for (var step = 1; step <= steps; step++)
            {
                Assert.InRange(LearningRate.Cosine(step, steps, 1, warmup, share), 0, 1);
                Assert.InRange(LearningRate.Trapezoid(step, steps, 1, warmup, share, 0.5), 0, 1);
            }
        }
    }

    /// <summary>If every step uses the same part of the budget, the budget is a number of steps.</summary>
    [Theory]
    [InlineData(0.25)]
    [InlineData(0.9)]
    [InlineData(1.0)]
    [InlineData(0.0)]
    public void By_share_the_trapezoid_is_the_same_for_steps_of_equal_size(double decayShare)
    {
        for (var step = 1; step <= 40; step++)
        {
            Assert.Equal(
                LearningRate.Trapezoid(step, 40, 3, 5, 0.1, decayShare),
                LearningRate.TrapezoidByShare(step, step / 40.0, 3, 5, 0.1, decayShare),
                1e-9
            );
        }

        Assert.Equal(decayShare > 0 ? 0.3 : 3, LearningRate.TrapezoidByShare(41, 1.2, 3, 5, 0.1, decayShare), 1e-9);
    }
}
