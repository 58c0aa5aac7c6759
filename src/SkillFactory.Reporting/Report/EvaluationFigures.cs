using SkillFactory.Evaluation.Statistics;
using SkillFactory.Evaluation.Summaries;
using SkillFactory.Grading;

namespace SkillFactory.Reporting.Report;

/// <summary>Results on one level, of one seed or of all seeds together.</summary>
/// <param name="Questions">Distinct questions.</param>
/// <param name="Samples">Responses.</param>
/// <param name="ResponseLimit">Response limit in tokens.</param>
/// <param name="Outcomes">Responses by outcome.</param>
/// <param name="Accuracy">mean@k over all responses.</param>
/// <param name="PassAtK">Unbiased pass@k by k.</param>
/// <param name="MajorityAtK">majority@k by k. Ties count with the share of correct answers.</param>
/// <param name="Tokens">Tokens per response.</param>
/// <param name="Finished">Share of responses that ended before the limit.</param>
/// <param name="Lengths">Distribution of the tokens per response.</param>
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
