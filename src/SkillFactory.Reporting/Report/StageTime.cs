namespace SkillFactory.Reporting.Report;

/// <summary>Time and counts of a finished stage.</summary>
/// <param name="Reused">Whether the stage was reused instead of executed.</param>
/// <param name="Shared">Whether the same stage occurs earlier in the list, for another arm or seed.</param>
public sealed record StageTime(
    long Seed,
    string Arm,
    string Stage,
    string Checkpoint,
    string Key,
    double WallSeconds,
    bool Reused,
    bool Shared,
    IReadOnlyDictionary<string, double> Counts
);
