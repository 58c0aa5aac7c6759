namespace SkillFactory.Grains.Experiments;

/// <summary>How often an experiment looks after its work. None of these changes a result.</summary>
public sealed class ExperimentOptions
{
    /// <summary>Between looks at a learner that trains for the experiment. Default 5 s.</summary>
    public TimeSpan LearnerPoll { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Until an effect that was not confirmed (a publish that failed, a dataset whose announcement did not come back) is tried again.
    /// Default 10 s.</summary>
    public TimeSpan EffectRetry { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Between heartbeats to a watcher while nothing happens. Well below the calls' response timeout, after which idle enumerations
    /// are dropped. Default 5 s.</summary>
    public TimeSpan Heartbeat { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Period of the alarm that wakes a running experiment whose silo was lost: at most so long it lies still. At least a minute, unless
    /// the silo's reminders allow less. Default 1 minute.</summary>
    public TimeSpan Watchdog { get; set; } = DefaultWatchdog;

    /// <summary>Default of <see cref="Watchdog"/>.</summary>
    public static TimeSpan DefaultWatchdog { get; } = TimeSpan.FromMinutes(1);

    /// <summary>Events kept for watchers that reconnect. Default 4,096.</summary>
    public int EventsKept { get; set; } = 4096;
}
