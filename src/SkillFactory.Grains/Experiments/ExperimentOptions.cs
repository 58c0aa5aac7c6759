namespace SkillFactory.Grains.Experiments;

/// <summary>When experiments act. No option changes a result.</summary>
public sealed class ExperimentOptions
{
    /// <summary>Experiments answer questions about themselves and do nothing: they run no stage, announce nothing and delete nothing.
    /// Default false.</summary>
    public bool ReadOnly { get; set; }

    /// <summary>Interval at which the status of a learner is checked. Default 5 s.</summary>
    public TimeSpan LearnerPoll { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Delay before an unconfirmed effect (a failed publish, a dataset announcement that did not come back) is repeated. Default
    /// 10 s.</summary>
    public TimeSpan EffectRetry { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Interval of heartbeats to idle watchers. It must stay well below the response timeout, after which Orleans drops idle
    /// enumerations. Default 5 s.</summary>
    public TimeSpan Heartbeat { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Period of the reminder that restarts a running experiment whose silo was lost, and so the longest time that it is idle. At
    /// least the minimum period of the silo's reminders. Default 1 minute.</summary>
    public TimeSpan Watchdog { get; set; } = DefaultWatchdog;

    /// <summary>Default of <see cref="Watchdog"/>.</summary>
    public static TimeSpan DefaultWatchdog { get; } = TimeSpan.FromMinutes(1);
}
