using SkillFactory.Evaluation.Statistics;

namespace SkillFactory.Reporting.Report;

/// <summary>Budget forcing of one model on one level: the end of each response is replaced by a trigger text and the model continues, up to
/// a second response limit. Truncated responses continue too.</summary>
/// <param name="Model">Key of the model.</param>
/// <param name="Trigger">Text that replaces the end of a response.</param>
/// <param name="Times">How often a response is made to continue, at most.</param>
/// <param name="Limit">Second response limit in tokens.</param>
/// <param name="Standard">Accuracy before forcing.</param>
/// <param name="Forced">Accuracy after forcing.</param>
/// <param name="Difference">Forced minus standard, paired by question.</param>
/// <param name="P">p value of the sign-flip test of the difference.</param>
/// <param name="StandardTokens">Generated tokens per response before forcing.</param>
/// <param name="ForcedTokens">Generated tokens per response over all passes, without the triggers.</param>
public sealed record ForcedEvaluation(
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
