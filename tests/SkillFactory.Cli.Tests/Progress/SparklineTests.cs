using SkillFactory.Cli.Progress;

namespace SkillFactory.Cli.Tests.Progress;

public class SparklineTests
{
    [Fact]
    public void Smallest_and_largest_touch_the_edges() => Assert.Equal("▁▃▅█", Sparkline.Draw([0.1, 0.3, 0.5, 0.8], 10, unicode: true));

    [Fact]
    public void More_values_than_room_are_averaged() =>
        Assert.Equal(Sparkline.Draw([1, 5, 3], 3, unicode: true), Sparkline.Draw([0, 2, 4, 6, 3, 3], 3, unicode: true));

    [Fact]
    public void Ascii_where_blocks_cannot_be_shown() =>
        Assert.All(Sparkline.Draw([0, 1, 2, 3], 4, unicode: false), c => Assert.InRange(c, ' ', '~'));

    [Theory]
    [InlineData(0)]
    [InlineData(-3)]
    public void No_room_no_curve(int width) => Assert.Equal("", Sparkline.Draw([1, 2], width, unicode: true));

    [Fact]
    public void Flat_and_broken_values_are_drawn_too()
    {
        Assert.Equal("▅▅▅", Sparkline.Draw([2, 2, 2], 5, unicode: true));
        Assert.Equal("▁█", Sparkline.Draw([1, double.NaN, 2], 5, unicode: true));
        Assert.Equal("", Sparkline.Draw([double.NaN], 5, unicode: true));
    }
}
