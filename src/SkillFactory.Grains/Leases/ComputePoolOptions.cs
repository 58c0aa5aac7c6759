namespace SkillFactory.Grains.Leases;

/// <summary>Timing of compute pools.</summary>
public sealed class ComputePoolOptions
{
    /// <summary>Time after which a lease that is not renewed is lost and its batch put back. Default 30 s; workers renew every
    /// 5 s.</summary>
    public TimeSpan LeaseDuration { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Time after which a silent slot is removed. Default 45 s.</summary>
    public TimeSpan SlotExpiry { get; set; } = TimeSpan.FromSeconds(45);
}
