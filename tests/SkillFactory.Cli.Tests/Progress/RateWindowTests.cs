using SkillFactory.Cli.Progress;

namespace SkillFactory.Cli.Tests.Progress;

public class RateWindowTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public void A_steady_count_has_a_rate_and_a_remaining_time()
    {
        var window = new RateWindow(_time, TimeSpan.FromSeconds(10));
        for (var i = 0; i <= 5; i++)
        {
            window.Add(i * 200);
            _time.Advance(2);
        }

        // 1,000 units in 10 s. The other 1,000 take 10 s, of which 2 s have passed since the last sample.
        Assert.Equal(100.0, window.PerSecond!.Value, 9);
        Assert.Equal(TimeSpan.FromSeconds(8), window.TimeTo(2000));
        Assert.Equal(TimeSpan.Zero, window.TimeTo(1000));
    }

    [Fact]
    public void Samples_older_than_the_window_are_dropped()
    {
        var window = new RateWindow(_time, TimeSpan.FromSeconds(10));
        window.Add(0);
        _time.Advance(100);
        window.Add(1);
        for (var i = 1; i <= 10; i++)
        {
            _time.Advance(1);
            window.Add(1 + (i * 50));
        }

        Assert.Equal(50.0, window.PerSecond!.Value, 9);
    }

    [Fact]
    public void A_falling_count_restarts_the_measurement()
    {
        var window = new RateWindow(_time, TimeSpan.FromSeconds(10));
        window.Add(0);
        _time.Advance(1);
        window.Add(1000);
        _time.Advance(1);
        window.Add(500);
        Assert.Null(window.PerSecond);
        _time.Advance(1);
        window.Add(503);
        Assert.Equal(3.0, window.PerSecond!.Value, 9);
    }

    [Fact]
    public void Without_samples_in_the_window_the_rate_is_unknown()
    {
        var window = new RateWindow(_time, TimeSpan.FromSeconds(10));
        window.Add(0);
        Assert.Null(window.PerSecond);
        _time.Advance(1);
        window.Add(10);
        _time.Advance(9.9);
        Assert.Equal(10.0, window.PerSecond!.Value, 9);
        _time.Advance(0.2);
        Assert.Null(window.PerSecond);
        Assert.Null(window.TimeTo(100));
    }

    [Fact]
    public void Steps_that_take_longer_than_the_window_have_a_rate()
    {
        var window = new RateWindow(_time, TimeSpan.FromSeconds(10));
        for (var step = 0; step < 4; step++)
        {
            window.Add(step);
            _time.Advance(60);
        }

        // 3 of 10 steps are done and a minute has passed: 7 minutes less one.
        Assert.Equal(1.0 / 60, window.PerSecond!.Value, 9);
        Assert.Equal(360, window.TimeTo(10)!.Value.TotalSeconds, 6);
        _time.Advance(121);
        Assert.Null(window.PerSecond);
    }

    [Fact]
    public void Without_progress_or_total_the_remaining_time_is_unknown()
    {
        var window = new RateWindow(_time, TimeSpan.FromSeconds(10));
        window.Add(5);
        _time.Advance(1);
        window.Add(5);
        Assert.Equal(0.0, window.PerSecond);
        Assert.Null(window.TimeTo(10));
        _time.Advance(1);
        window.Add(6);
        Assert.Null(window.TimeTo(0));
    }

    [Theory]
    [InlineData(7, "0:07")]
    [InlineData(750, "12:30")]
    [InlineData(3729, "1:02:09")]
    [InlineData(273_600, "3d 04:00")]
    public void Durations_are_formatted(double seconds, string expected) =>
        Assert.Equal(expected, DisplayFormat.Duration(TimeSpan.FromSeconds(seconds)));

    [Theory]
    [InlineData(12, 80, "steps", "12/80 steps")]
    [InlineData(12_345, 0, "prompts", "12,345 prompts")]
    [InlineData(0.5, 2, "", "0.5/2")]
    public void Counts_are_formatted_with_total_and_unit(double done, double total, string unit, string expected) =>
        Assert.Equal(expected, DisplayFormat.DoneOf(done, total, unit));
}
