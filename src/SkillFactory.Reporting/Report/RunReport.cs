using System.Text.Json.Serialization;
using SkillFactory.Reporting.ArmComparisons;
using SkillFactory.Reporting.Opening;

namespace SkillFactory.Reporting.Report;

/// <summary>The content of report.json, described field by field in docs/reference/report-json.md. report.html is drawn from this
/// alone.</summary>
public sealed record RunReport
{
    /// <summary>Version of the JSON schema. Only this version can be read.</summary>
    public const int CurrentVersion = 3;

    /// <summary>Version of the JSON schema. A version may get new fields; a change of meaning needs a new version.</summary>
    public int SchemaVersion { get; init; } = CurrentVersion;

    public required ReportedRun Run { get; init; }

    /// <summary>The opening in sentences: what was trained, the largest gain, the largest loss and their cost.</summary>
    public required IReadOnlyList<string> Summary { get; init; }

    /// <summary>The largest gains and losses between models, and what they cost.</summary>
    public IReadOnlyList<ModelEffects> Effects { get; init; } = [];

    /// <summary>A response that retries and gets it right; null when the model to search is not evaluated yet.</summary>
    public RetryExample? RetryExample { get; init; }

    /// <summary>Evaluated models: the base model first, then the checkpoints of each arm in the order of training.</summary>
    public required IReadOnlyList<ReportedModel> Models { get; init; }

    /// <summary>Evaluated levels in the recipe's order.</summary>
    public required IReadOnlyList<ReportedLevel> Levels { get; init; }

    /// <summary>Results of each model on each level.</summary>
    public required IReadOnlyList<LevelEvaluation> Evaluations { get; init; }

    /// <summary>Accuracy averaged over groups of levels.</summary>
    public required IReadOnlyList<MeanAccuracy> Means { get; init; }

    /// <summary>Accuracy averaged over the levels of each task and over all tasks.</summary>
    public required IReadOnlyList<MeanAccuracy> Families { get; init; }

    /// <summary>Paired differences between models on the same questions.</summary>
    public required IReadOnlyList<ArmComparison> Comparisons { get; init; }

    /// <summary>Paired differences between models, averaged over groups of levels.</summary>
    public required IReadOnlyList<ArmMeanComparison> MeanComparisons { get; init; }

    /// <summary>What the comparisons between arms show, one conclusion per level and basis.</summary>
    [JsonPropertyName("verdicts")]
    public required IReadOnlyList<LevelConclusion> Conclusions { get; init; }

    /// <summary>Best of n: several answers and a choice among them.</summary>
    public required IReadOnlyList<BestOfNEvaluation> BestOfN { get; init; }

    /// <summary>Budget forcing: responses that were made to continue after their end.</summary>
    public required IReadOnlyList<ForcedEvaluation> Forced { get; init; }

    /// <summary>Budget forcing averaged over the levels of each task and over all tasks.</summary>
    public required IReadOnlyList<ForcedMeanAccuracy> ForcedFamilies { get; init; }

    /// <summary>Skill use of each model on each level.</summary>
    public required IReadOnlyList<LevelSkills> Skills { get; init; }

    /// <summary>Results of the SFT gates.</summary>
    public required IReadOnlyList<GateResult> Gates { get; init; }

    /// <summary>Training tokens per arm and seed.</summary>
    public required IReadOnlyList<TokenAccount> Tokens { get; init; }

    /// <summary>Training metrics by step.</summary>
    public required IReadOnlyList<Curve> Curves { get; init; }

    /// <summary>Finished stages with their times and counts.</summary>
    public required IReadOnlyList<StageTime> Stages { get; init; }

    /// <summary>Example responses.</summary>
    public required IReadOnlyList<SampleTrace> Samples { get; init; }

    /// <summary>Limitations of the results.</summary>
    public required IReadOnlyList<string> Caveats { get; init; }

    /// <summary>The resolved recipe as YAML.</summary>
    public required string Recipe { get; init; }

    /// <summary>Finds a model on a level. Null when it was not evaluated there.</summary>
    public LevelEvaluation? Find(string model, ReportedLevel level) =>
        Evaluations.FirstOrDefault(e => e.Model == model && e.Task == level.Task && e.Level == level.Level);

    /// <summary>Display name of a model, or its key when there is no such model.</summary>
    public string LabelOf(string model) => Models.FirstOrDefault(m => m.Key == model)?.Label ?? model;
}
