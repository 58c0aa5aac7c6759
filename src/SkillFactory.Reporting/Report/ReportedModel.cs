namespace SkillFactory.Reporting.Report;

/// <summary>An evaluated model.</summary>
/// <param name="Key">"base" or "ARM/CHECKPOINT".</param>
/// <param name="Label">Display name, the same on every page and in every table. It names every arm whose last checkpoint this is.</param>
/// <param name="Arm">Arm name; empty for the base model.</param>
/// <param name="Checkpoint">base, sft or grpo.</param>
/// <param name="Final">Whether this is the last checkpoint of its arm.</param>
/// <param name="GrpoSteps">GRPO steps that led to it, mean over seeds; null without GRPO.</param>
/// <param name="TrainingTokens">Tokens spent to train it, mean over seeds (<see cref="TokenAccount"/>).</param>
/// <param name="Aliases">Keys under which other arms have the same checkpoint.</param>
public sealed record ReportedModel(
    string Key,
    string Label,
    string Arm,
    string Checkpoint,
    bool Final,
    double? GrpoSteps,
    double TrainingTokens,
    IReadOnlyList<string> Aliases
);
