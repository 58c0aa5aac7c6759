using SkillFactory.Evaluation.Statistics;

namespace SkillFactory.Reporting.Report;

/// <summary>The last gate check of one SFT stage. Shares are over validation questions and have Wilson intervals.</summary>
/// <param name="StopAfterCorrect">P(stop | verdict Correct); null when the model never judged Correct.</param>
/// <param name="StopAfterIncorrect">P(stop | verdict Incorrect); null when the model never judged Incorrect.</param>
/// <param name="WellFormed">Share of well-formed traces.</param>
/// <param name="Held">Whether all limits held.</param>
/// <param name="Extensions">How often SFT was extended.</param>
/// <param name="Steps">All SFT steps, including extensions.</param>
/// <param name="MinStopAfterCorrect">Lower limit of <paramref name="StopAfterCorrect"/>.</param>
/// <param name="MaxStopAfterIncorrect">Upper limit of <paramref name="StopAfterIncorrect"/>.</param>
/// <param name="MinWellFormed">Lower limit of <paramref name="WellFormed"/>, or null for no limit.</param>
public sealed record GateResult(
    string Arm,
    long Seed,
    Estimate? StopAfterCorrect,
    Estimate? StopAfterIncorrect,
    Estimate? WellFormed,
    bool Held,
    int Extensions,
    int Steps,
    double MinStopAfterCorrect,
    double MaxStopAfterIncorrect,
    double? MinWellFormed
);
