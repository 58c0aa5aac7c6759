namespace SkillFactory.Cli.Tests;

/// <summary>A clock that only <see cref="Advance"/> moves. Timers use the system clock.</summary>
internal sealed class ManualTime : TimeProvider
{
    private long _ticks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => _ticks;

    public override DateTimeOffset GetUtcNow() => new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public void Advance(double seconds) => _ticks += (long)(seconds * TimeSpan.TicksPerSecond);
}
