using SkillFactory.Evaluation.Statistics;
using SkillFactory.Evaluation.Summaries;
using SkillFactory.Grading;

namespace SkillFactory.Reporting;

/// <param name="Model">Key of the model.</param>
/// <param name="Pooled">All seeds together, intervals over questions.</param>
/// <param name="AcrossSeeds">Accuracy with an interval over seeds and questions; null for one seed.</param>
/// <param name="SeedDeviation">Standard deviation of the seeds' accuracies (divisor n − 1); null for one seed.</param>
/// <param name="Limits">Accuracy under shorter response limits, from the same responses; the full limit comes last.</param>
/// <param name="Seeds">Each seed by itself.</param>
public sealed record EvaluationCell(
    string Model,
    string Task,
    string Level,
    EvaluationFigures Pooled,
    Estimate? AcrossSeeds,
    double? SeedDeviation,
    IReadOnlyList<LimitFigures> Limits,
    IReadOnlyList<SeedFigures> Seeds
);

/// <param name="Questions">Distinct questions.</param>
/// <param name="Samples">Responses.</param>
/// <param name="ResponseLimit">Most tokens of a response.</param>
/// <param name="Outcomes">Responses by outcome.</param>
/// <param name="Accuracy">mean@k over the scored responses.</param>
/// <param name="PassAtK">Unbiased pass@k by k.</param>
/// <param name="MajorityAtK">Most frequent of k answers correct, by k; ties shared.</param>
/// <param name="Tokens">Tokens per response.</param>
/// <param name="Finished">Responses that ended by themselves.</param>
/// <param name="Lengths">Tokens per response, as a distribution.</param>
public sealed record EvaluationFigures(
    int Questions,
    int Samples,
    int ResponseLimit,
    IReadOnlyDictionary<Outcome, int> Outcomes,
    Estimate? Accuracy,
    IReadOnlyDictionary<int, Estimate> PassAtK,
    IReadOnlyDictionary<int, Estimate> MajorityAtK,
    Estimate? Tokens,
    Estimate? Finished,
    Distribution? Lengths
)
{
    internal static EvaluationFigures Of(LevelSummary s) =>
        new(s.Questions, s.Samples, s.ResponseLimit, s.Outcomes, s.Accuracy, s.PassAtK, s.MajorityAtK, s.Tokens, s.Finished, s.Lengths);
}

public sealed record SeedFigures(long Seed, EvaluationFigures Figures);

/// <param name="Limit">Most tokens of a response.</param>
/// <param name="Accuracy">Longer responses count as cut off.</param>
/// <param name="Tokens">Tokens per response.</param>
public sealed record LimitFigures(int Limit, Estimate? Accuracy, Estimate? Tokens);

/// <summary>Mean of accuracies over levels, as the paper's tables have it.</summary>
/// <param name="Group">trained, harder, other or all (<see cref="LevelGroups"/>); or a task, or overall (<see cref="TaskFamilies"/>).</param>
/// <param name="Levels">Labels of the levels in it.</param>
public sealed record MeanCell(string Model, string Group, IReadOnlyList<string> Levels, Estimate Accuracy);

/// <summary>Responses that ended, and what became of them when the end was replaced by a trigger and the model went on, up to a second limit.
/// Unfinished ones go on too.</summary>
/// <param name="Trigger">Text in place of the end.</param>
/// <param name="Times">Most times a response was made to go on.</param>
/// <param name="Limit">Second response limit in tokens.</param>
/// <param name="Standard">Accuracy as they ended first.</param>
/// <param name="Forced">Accuracy after going on.</param>
/// <param name="Difference">Forced minus standard, paired by question.</param>
/// <param name="P">Sign-flip test of that difference.</param>
/// <param name="StandardTokens">Tokens generated per response, first pass.</param>
/// <param name="ForcedTokens">The same, all passes; triggers are not generated and not counted.</param>
public sealed record ForcedCell(
    string Model,
    string Task,
    string Level,
    string Trigger,
    int Times,
    int Limit,
    Estimate Standard,
    Estimate Forced,
    Estimate Difference,
    double P,
    Estimate? StandardTokens,
    Estimate? ForcedTokens
);

/// <summary>Budget forcing averaged over the levels of a task, or over tasks.</summary>
/// <param name="Group">A task, or overall (<see cref="TaskFamilies"/>).</param>
/// <param name="Levels">Labels of the levels in it.</param>
/// <param name="Difference">Forced minus standard, paired by question.</param>
public sealed record ForcedMean(
    string Model,
    string Group,
    IReadOnlyList<string> Levels,
    string Trigger,
    Estimate Standard,
    Estimate Forced,
    Estimate Difference
);

/// <param name="Model">Key of the model that answers n times.</param>
/// <param name="Pooled">All seeds together; its counts per question are left out.</param>
/// <param name="Seeds">Accuracy of the answer chosen by reflection, per seed.</param>
public sealed record BestOfNCell(string Model, BestOfNLevel Pooled, IReadOnlyList<SeedEstimate> Seeds);

public sealed record SeedEstimate(long Seed, Estimate Estimate);

/// <summary>Use of the skills by one model on one level, all seeds together.</summary>
public sealed record SkillCell(string Model, string Task, string Level, SkillFigures Figures);
