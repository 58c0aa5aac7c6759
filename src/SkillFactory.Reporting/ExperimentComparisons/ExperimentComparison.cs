using SkillFactory.Evaluation.Statistics;

namespace SkillFactory.Reporting.ExperimentComparisons;

/// <summary>A comparison of several experiments: what <c>skillfactory compare</c> shows, described field by field in
/// docs/how-to/compare-experiments.md.</summary>
public sealed record ExperimentComparison
{
    /// <summary>Version of the JSON schema.</summary>
    public int SchemaVersion { get; init; } = 1;

    /// <summary>Confidence level of all intervals, taken from the first experiment.</summary>
    public required double Confidence { get; init; }

    /// <summary>Bootstrap resamples, taken from the first experiment.</summary>
    public required int Resamples { get; init; }

    /// <summary>The experiments in the given order. The others are compared with the first.</summary>
    public required IReadOnlyList<ComparedExperiment> Experiments { get; init; }

    /// <summary>Display names of the compared models by key, as in the reports.</summary>
    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    /// <summary>How many questions each experiment asked on each level, and how many of them are in common.</summary>
    public required IReadOnlyList<ComparedQuestions> Questions { get; init; }

    /// <summary>Each model on each level.</summary>
    public required IReadOnlyList<ComparedCell> Cells { get; init; }

    /// <summary>Recipe settings that differ.</summary>
    public required IReadOnlyList<SettingDifference> Settings { get; init; }

    /// <summary>What each model cost in each experiment.</summary>
    public required IReadOnlyList<ModelCost> Costs { get; init; }

    /// <summary>Limitations of the comparison, and why differences were not tested.</summary>
    public required IReadOnlyList<string> Notes { get; init; }

    /// <summary>Display name of a model.</summary>
    public string LabelOf(string model) => Labels.GetValueOrDefault(model, model);

    /// <summary>Display name of a model in one experiment: that of the model chosen from it, if one was chosen from each.</summary>
    /// <param name="experiment">Label of the experiment.</param>
    public string LabelOf(string model, string experiment) => LabelOf(Experiments.First(e => e.Label == experiment).Model ?? model);
}
