namespace SkillFactory.Grains.Compute;

/// <summary>How slots and batches meet.</summary>
public sealed class ComputePoolOptions
{
    /// <summary>A lease that is not renewed for this long is lost and its batch put back. Default 30 s; workers renew at a third of it.</summary>
    public TimeSpan LeaseDuration { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>A slot that has not been heard of for this long is taken off the list. Default 45 s.</summary>
    public TimeSpan SlotExpiry { get; set; } = TimeSpan.FromSeconds(45);

    /// <summary>Longest a long poll is held, below the calls' 30 s response timeout. Default 20 s.</summary>
    public TimeSpan MaxWait { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>How fast used device time is forgotten in fair share. Default 5 minutes.</summary>
    public TimeSpan HalfLife { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Share weights by experiment id; 1 where not named.</summary>
    public Dictionary<string, double> Weights { get; } = new(StringComparer.Ordinal);
}
