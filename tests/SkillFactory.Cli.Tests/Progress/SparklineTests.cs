using SkillFactory.Cli.Progress;

namespace SkillFactory.Cli.Tests.Progress;

public class SparklineTests
{
    [Fact]
    public void The_scale_runs_from_the_smallest_to_the_largest_value() =>
        Assert.Equal("▁▃▅█", Sparkline.Draw([0.1, 0.3, 0.5, 0.8], 10, unicode: true));

    [Fact]
    public void Values_are_averaged_if_there_are_more_than_columns() =>
        Assert.Equal(Sparkline.Draw([1, 5, 3], 3, unicode: true), Sparkline.Draw([0, 2, 4, 6, 3, 3], 3, unicode: true));

    [Fact]
    public void Without_unicode_only_ascii_is_used() =>
        Assert.All(Sparkline.Draw([0, 1, 2, 3], 4, unicode: false), c => Assert.InRange(c, ' ', '~'));

    [Theory]
    [InlineData(0)]
    [InlineData(-3)]
    public void Without_width_nothing_is_drawn(int width) => Assert.Equal("", Sparkline.Draw([1, 2], width, unicode: true));

    [Fact]
    public void Flat_curves_are_drawn_in_the_middle_and_NaN_is_skipped()
    {
        Assert.Equal("▅▅▅", Sparkline.Draw([2, 2, 2], 5, unicode: true));
        Assert.Equal("▁█", Sparkline.Draw([1, double.NaN, 2], 5, unicode: true));
        Assert.Equal("", Sparkline.Draw([double.NaN], 5, unicode: true));
    }
}
