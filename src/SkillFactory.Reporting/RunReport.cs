using SkillFactory.Evaluation.Statistics;
using SkillFactory.Grading;

namespace SkillFactory.Reporting;

/// <summary>report.json: everything the report says, as data (docs/report-json.md describes each field). report.html shows this and
/// nothing else.</summary>
public sealed record RunReport
{
    /// <summary>The version that is written, and the only one that is read.</summary>
    public const int CurrentVersion = 3;

    /// <summary>Version of this document's shape. A field may be added within a version; a change of meaning is a new one.</summary>
    public int SchemaVersion { get; init; } = CurrentVersion;

    public required ReportedRun Run { get; init; }

    /// <summary>The outcome in sentences.</summary>
    public required IReadOnlyList<string> Summary { get; init; }

    /// <summary>What was evaluated: the base first, then each arm's checkpoints in the order of the method.</summary>
    public required IReadOnlyList<ReportedModel> Models { get; init; }

    /// <summary>Question sets in the recipe's order.</summary>
    public required IReadOnlyList<ReportedLevel> Levels { get; init; }

    /// <summary>Each model on each level.</summary>
    public required IReadOnlyList<EvaluationCell> Evaluations { get; init; }

    /// <summary>Accuracy averaged over several levels.</summary>
    public required IReadOnlyList<MeanCell> Means { get; init; }

    /// <summary>Accuracy averaged over the levels of each task, and over tasks.</summary>
    public required IReadOnlyList<MeanCell> Families { get; init; }

    /// <summary>Paired differences between models on the same questions.</summary>
    public required IReadOnlyList<Comparison> Comparisons { get; init; }

    /// <summary>Paired differences of the averages between the arms' final models, and of those to the base.</summary>
    public required IReadOnlyList<MeanComparison> MeanComparisons { get; init; }

    /// <summary>Who is ahead, per level and basis.</summary>
    public required IReadOnlyList<LevelVerdict> Verdicts { get; init; }

    /// <summary>Several answers and a choice among them.</summary>
    public required IReadOnlyList<BestOfNCell> BestOfN { get; init; }

    /// <summary>Responses that were made to go on after their end.</summary>
    public required IReadOnlyList<ForcedCell> Forced { get; init; }

    /// <summary>The same averaged over the levels of each task, and over tasks.</summary>
    public required IReadOnlyList<ForcedMean> ForcedFamilies { get; init; }

    /// <summary>Use of the skills by each model on each level.</summary>
    public required IReadOnlyList<SkillCell> Skills { get; init; }

    /// <summary>What SFT was held to.</summary>
    public required IReadOnlyList<GateResult> Gates { get; init; }

    /// <summary>Tokens spent on training, per arm and seed.</summary>
    public required IReadOnlyList<TokenAccount> Tokens { get; init; }

    /// <summary>Training metrics over steps.</summary>
    public required IReadOnlyList<Curve> Curves { get; init; }

    /// <summary>Finished stages with their time, counts and reuse.</summary>
    public required IReadOnlyList<StageTime> Stages { get; init; }

    /// <summary>Responses to look at.</summary>
    public required IReadOnlyList<SampleTrace> Samples { get; init; }

    /// <summary>What to bear in mind when reading the figures.</summary>
    public required IReadOnlyList<string> Caveats { get; init; }

    /// <summary>The resolved recipe as YAML.</summary>
    public required string Recipe { get; init; }

    /// <summary>Accuracy of each model on each level as plain text, a header row first; for terminals. Empty before any evaluation.</summary>
    public IReadOnlyList<IReadOnlyList<string>> HeadlineTable() =>
        Evaluations.Count == 0
            ? []
            :
            [
                ["Level", .. Models.Select(m => m.Label)],
                .. Levels.Select(level =>
                    (IReadOnlyList<string>)[level.Label, .. Models.Select(m => Figures.Percent(Find(m.Key, level)?.Pooled.Accuracy))]
                ),
            ];

    /// <summary>A model on a level, or null when it was not evaluated there.</summary>
    public EvaluationCell? Find(string model, ReportedLevel level) =>
        Evaluations.FirstOrDefault(e => e.Model == model && e.Task == level.Task && e.Level == level.Level);

    /// <summary>Name of a model for people; the key itself when it is unknown.</summary>
    public string LabelOf(string model) => Models.FirstOrDefault(m => m.Key == model)?.Label ?? model;
}

/// <param name="Id">Experiment id.</param>
/// <param name="Name">Recipe name.</param>
/// <param name="Description">The recipe's line about itself.</param>
/// <param name="BaseModel">Name of the model folder; where it lay on the machine is nobody's business.</param>
/// <param name="Device">As the recipe names it.</param>
/// <param name="Machine">What it ran on.</param>
/// <param name="Version">Version of the program.</param>
/// <param name="StartedAt">Submission.</param>
/// <param name="Complete">False when made while stages were missing.</param>
/// <param name="Seeds">Seeds of the recipe.</param>
/// <param name="Confidence">Level of all intervals.</param>
/// <param name="Resamples">Bootstrap resamples.</param>
/// <param name="WallSeconds">Summed time of all stages this run shows, each counted once; reused ones with the time they once took.</param>
/// <param name="ReusedWallSeconds">The part of it that was not spent again.</param>
/// <param name="Reference">Key of the model that the tables set the other arms against: the recipe's reference arm, else the first that goes
/// through SFT and GRPO; null for none.</param>
public sealed record ReportedRun(
    string Id,
    string Name,
    string Description,
    string BaseModel,
    string Device,
    string Machine,
    string Version,
    DateTimeOffset StartedAt,
    bool Complete,
    IReadOnlyList<long> Seeds,
    double Confidence,
    int Resamples,
    double WallSeconds,
    double ReusedWallSeconds,
    string? Reference
);

/// <param name="Key">"base" or "ARM/CHECKPOINT".</param>
/// <param name="Label">Name for people.</param>
/// <param name="Arm">Arm name; empty for the base.</param>
/// <param name="Checkpoint">base, sft or grpo.</param>
/// <param name="Final">The arm's last checkpoint.</param>
/// <param name="GrpoSteps">GRPO steps behind it, mean over seeds; null for none.</param>
/// <param name="TrainingTokens">Tokens spent to get there, mean over seeds (<see cref="TokenAccount"/>).</param>
/// <param name="Aliases">Keys of other arms whose checkpoint is this very one.</param>
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

/// <param name="Task">Task name.</param>
/// <param name="Level">Level label of the task.</param>
/// <param name="Trained">Questions of this task and level were trained on (never the same ones).</param>
/// <param name="Harder">Of a trained task, and above its lowest trained level.</param>
public sealed record ReportedLevel(string Task, string Level, bool Trained, bool Harder)
{
    /// <summary>"letter countdown 4".</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public string Label => $"{Task.Replace('_', ' ')} {Level}";
}

/// <param name="StopAfterCorrect">P(stop | it said Correct) on validation questions at the last check, with a Wilson interval; null when it never said Correct.</param>
/// <param name="StopAfterIncorrect">P(stop | it said Incorrect), likewise.</param>
/// <param name="WellFormed">Share of well-formed traces, likewise.</param>
/// <param name="Held">Whether all limits held.</param>
/// <param name="Extensions">Times SFT was extended.</param>
/// <param name="Steps">SFT steps in all.</param>
/// <param name="MinStopAfterCorrect">The limit.</param>
/// <param name="MaxStopAfterIncorrect">The limit.</param>
/// <param name="MinWellFormed">The limit; null: none.</param>
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

/// <summary>Tokens spent on training one arm with one seed. Shared stages are charged to every arm that uses them.</summary>
/// <param name="Sampled">Generated as attempts.</param>
/// <param name="Reflected">Generated as reflections.</param>
/// <param name="SftTrained">Trained on by SFT (passes counted).</param>
/// <param name="GateGenerated">Generated to check the SFT gate.</param>
/// <param name="GrpoGenerated">Generated as GRPO rollouts.</param>
/// <param name="Total">The sum.</param>
public sealed record TokenAccount(
    string Arm,
    long Seed,
    double Sampled,
    double Reflected,
    double SftTrained,
    double GateGenerated,
    double GrpoGenerated,
    double Total
);

/// <param name="Stage">sft or grpo.</param>
/// <param name="Metric">Name as in the metrics files.</param>
/// <param name="Low">Lower ends of the values' intervals, where they have one: shares of validation questions (Wilson).</param>
/// <param name="High">Upper ends.</param>
public sealed record Curve(
    string Arm,
    long Seed,
    string Stage,
    string Metric,
    IReadOnlyList<int> Steps,
    IReadOnlyList<double> Values,
    IReadOnlyList<double>? Low = null,
    IReadOnlyList<double>? High = null
);

/// <param name="Shared">The same stage stands earlier in this list, for another arm or seed.</param>
/// <param name="Reused">It existed already and was not run.</param>
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

/// <param name="Question">The problem as text, where the evaluation kept it.</param>
/// <param name="Selection">The rule by which this response was picked.</param>
public sealed record SampleTrace(
    string Model,
    long Seed,
    string Task,
    string Level,
    string RolloutId,
    string? Question,
    Outcome Outcome,
    string? Extracted,
    string Reason,
    int Tokens,
    string Response,
    string Selection
);
