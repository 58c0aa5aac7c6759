using SkillFactory.Evaluation.Statistics;

namespace SkillFactory.Evaluation.Tests.Statistics;

public class PassAtKTests
{
    [Fact]
    public void Is_the_share_of_subsets_with_a_correct_sample()
    {
        for (var n = 1; n <= 9; n++)
        {
            for (var c = 0; c <= n; c++)
            {
                for (var k = 1; k <= n; k++)
                {
                    // The first c samples are correct. Subsets are bit masks.
                    var subsets = Enumerable.Range(0, 1 << n).Where(mask => int.PopCount(mask) == k).ToList();
                    var expected = (double)subsets.Count(mask => (mask & ((1 << c) - 1)) != 0) / subsets.Count;
                    Assert.Equal(expected, PassAtK.Unbiased(n, c, k), 12);
                }
            }
        }
    }

    [Fact]
    public void Large_counts_do_not_overflow() =>
        // C(190, 100) / C(200, 100) is a product of ten factors.
        Assert.Equal(1 - Enumerable.Range(0, 10).Aggregate(1.0, (p, i) => p * (100.0 - i) / (200 - i)), PassAtK.Unbiased(200, 10, 100), 12);

    [Theory]
    [InlineData(0, 0, 1)]
    [InlineData(4, 5, 1)]
    [InlineData(4, -1, 1)]
    [InlineData(4, 2, 0)]
    [InlineData(4, 2, 5)]
    public void Impossible_counts_are_rejected(int n, int c, int k) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => PassAtK.Unbiased(n, c, k));
}
