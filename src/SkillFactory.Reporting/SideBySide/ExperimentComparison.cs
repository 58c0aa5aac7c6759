using SkillFactory.Evaluation.Statistics;

namespace SkillFactory.Reporting.SideBySide;

/// <summary>Several experiments side by side, as data: what <c>skillfactory compare</c> shows (docs/compare.md describes each field).</summary>
public sealed record ExperimentComparison
{
    /// <summary>Version of this document's shape.</summary>
    public int SchemaVersion { get; init; } = 1;

    /// <summary>Level of all intervals: that of the first experiment.</summary>
    public required double Confidence { get; init; }

    /// <summary>Bootstrap resamples: those of the first experiment.</summary>
    public required int Resamples { get; init; }

    /// <summary>In the order given; the first is what the others are compared with.</summary>
    public required IReadOnlyList<ComparedExperiment> Experiments { get; init; }

    /// <summary>Each model on each level, in every experiment that has it.</summary>
    public required IReadOnlyList<SideBySideCell> Cells { get; init; }

    /// <summary>Resolved settings that differ.</summary>
    public required IReadOnlyList<SettingDifference> Settings { get; init; }

    /// <summary>What each model cost in each experiment.</summary>
    public required IReadOnlyList<ModelCost> Costs { get; init; }

    /// <summary>What to bear in mind, and why a difference was not tested.</summary>
    public required IReadOnlyList<string> Notes { get; init; }
}

/// <param name="Label">A, B, …</param>
/// <param name="Source">As the person named it.</param>
/// <param name="Model">Key of the one model that takes part; null: all.</param>
/// <param name="WallSeconds">Time of all its stages, reused ones included.</param>
public sealed record ComparedExperiment(
    string Label,
    string Source,
    string Id,
    string Name,
    string? Model,
    string BaseModel,
    string Device,
    string Machine,
    string Version,
    DateTimeOffset StartedAt,
    bool Complete,
    IReadOnlyList<long> Seeds,
    double WallSeconds
);

/// <param name="Model">Key of the model, the same in all experiments; "chosen" where a person chose one from each.</param>
/// <param name="Values">Those experiments that measured it.</param>
public sealed record SideBySideCell(string Model, string Task, string Level, IReadOnlyList<SideBySideValue> Values);

/// <param name="Experiment">Its label.</param>
/// <param name="Accuracy">As in its report.</param>
/// <param name="Tokens">Tokens per response.</param>
/// <param name="Difference">To the first experiment; null for the first itself, and where nothing can be paired.</param>
public sealed record SideBySideValue(string Experiment, Estimate Accuracy, Estimate? Tokens, SideBySideDifference? Difference);

/// <param name="Accuracy">This experiment minus the first, paired by question: <see cref="Estimate.Count"/> is the questions in common.</param>
/// <param name="AcrossSeeds">The same with an interval over seeds and questions, where both have the same several seeds.</param>
/// <param name="P">Two-sided sign-flip test over questions.</param>
/// <param name="AdjustedP">After Holm's correction over all differences of the comparison.</param>
public sealed record SideBySideDifference(Estimate Accuracy, Estimate? AcrossSeeds, double P, double AdjustedP);

/// <param name="Path">Key path in the recipe; list items by name, or by task and level.</param>
/// <param name="Values">By the experiments' labels; absent where an experiment has no such key.</param>
public sealed record SettingDifference(string Path, IReadOnlyDictionary<string, string> Values);

/// <param name="GrpoSteps">GRPO steps behind it, mean over seeds; null for none.</param>
/// <param name="TrainingTokens">Tokens spent to get there, mean over seeds.</param>
/// <param name="ResponseTokens">Tokens per response, mean over the levels that all experiments with this model have.</param>
public sealed record ModelCost(string Model, string Experiment, double? GrpoSteps, double TrainingTokens, double? ResponseTokens);
