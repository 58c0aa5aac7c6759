using SkillFactory.Core.Planning;
using SkillFactory.Core.Recipes;
using SkillFactory.Evaluation.Statistics;
using SkillFactory.Grading;
using SkillFactory.Reporting.ArmComparisons;
using SkillFactory.Reporting.Measurements;

namespace SkillFactory.Reporting.Report;

/// <summary>Writes the caveats of a report in sentences.</summary>
internal static class CaveatText
{
    /// <summary>Below this number of questions, intervals are rough.</summary>
    private const int FewQuestions = 50;

    /// <summary>Above this share of truncated responses, a level gets a caveat.</summary>
    private const double ManyTruncated = 0.1;

    public static IReadOnlyList<string> Of(RunReport report)
    {
        var caveats = new List<string>();
        if (!report.Run.Complete)
        {
            caveats.Add("The run was not finished when this report was made, so results of some stages are missing.");
        }

        caveats.Add(
            report.Run.Seeds.Count == 1
                ? "The run has one seed. Intervals are over questions. They do not show how much another training run would differ."
                : $"The run has {report.Run.Seeds.Count} seeds, which are pooled. Intervals are over questions unless stated otherwise. "
                    + "Intervals over seeds and questions are rough for so few seeds."
        );
        caveats.Add(
            "Intervals are not corrected for the number of comparisons. p values are corrected with Holm's method, separately for "
                + "comparisons between arms and comparisons between the stages of an arm."
                + (
                    report.Run.Seeds.Count > 1
                        ? " They test these trained models on other questions of the same kind, not other training runs."
                        : ""
                )
        );
        AddComparisonCaveats(caveats, report);
        caveats.AddRange(report.Gates.Where(g => !g.Held).Select(GateCaveat));
        AddPerLevel(
            caveats,
            $"More than {100 * ManyTruncated:0} % of the responses are truncated at the response limit and count as not correct",
            report,
            e =>
                e.Pooled.Finished is { } finished && 1 - finished.Value > ManyTruncated
                    ? $"{NumberFormat.Percent(1 - finished.Value)} %"
                    : null
        );
        AddPerLevel(caveats, "Some responses could not be graded and count as not correct", report, e =>
            e.Pooled.Outcomes.GetValueOrDefault(Outcome.Unscored) is > 0 and var unscored ? $"{unscored}" : null
        );
        if (report.Evaluations.Count > 0 && report.Evaluations.Min(e => e.Pooled.Questions) is < FewQuestions and var fewest)
        {
            caveats.Add($"Some levels have only {fewest} questions, so their intervals are rough.");
        }

        if (report.Run.ReusedWallSeconds > 0)
        {
            caveats.Add(
                $"Some stages were reused from earlier runs. Their times, {NumberFormat.Duration(report.Run.ReusedWallSeconds)} in total, "
                    + "are those of the earlier runs."
            );
        }

        return caveats;
    }

    private static void AddComparisonCaveats(List<string> caveats, RunReport report)
    {
        if (report.Conclusions.Count == 0)
        {
            return;
        }

        if (!report.Conclusions.Any(c => c.Basis == ComparisonBasis.EqualTrainingTokens))
        {
            caveats.Add("No two arms spent equal training tokens (within 10 %), so no comparison is at equal training cost.");
        }

        if (!report.Conclusions.Any(c => c.Basis == ComparisonBasis.EqualInferenceTokens))
        {
            caveats.Add("No comparison is at equal inference tokens, so longer responses may explain a difference.");
        }
    }

    private static string GateCaveat(GateResult gate)
    {
        var extensions = $"{gate.Extensions} extension{(gate.Extensions == 1 ? "" : "s")}";
        var wellFormed = gate.MinWellFormed is { } minimum
            ? $", well-formed {NumberFormat.Number(gate.WellFormed?.Value, 3)} (limit {NumberFormat.Number(minimum, 2)})"
            : "";
        return $"SFT of {gate.Arm}, seed {gate.Seed}, did not pass its gate after {extensions}: "
            + $"P(stop | Correct) {NumberFormat.Number(gate.StopAfterCorrect?.Value, 3)} "
            + $"(limit {NumberFormat.Number(gate.MinStopAfterCorrect, 2)}), "
            + $"P(stop | Incorrect) {NumberFormat.Number(gate.StopAfterIncorrect?.Value, 3)} "
            + $"(limit {NumberFormat.Number(gate.MaxStopAfterIncorrect, 2)}){wellFormed}.";
    }

    /// <summary>Adds one sentence that lists the models and levels for which <paramref name="detail"/> is not null.</summary>
    private static void AddPerLevel(List<string> caveats, string caveat, RunReport report, Func<LevelEvaluation, string?> detail)
    {
        var models = report
            .Evaluations.Select(e => (Evaluation: e, Detail: detail(e)))
            .Where(e => e.Detail is not null)
            .GroupBy(e => e.Evaluation.Model, e => $"{ReportedLevel.LabelOf(e.Evaluation.Task, e.Evaluation.Level)} ({e.Detail})")
            .Select(g => $"{report.LabelOf(g.Key)} on {string.Join(", ", g)}")
            .ToList();
        if (models.Count > 0)
        {
            caveats.Add($"{caveat}: {string.Join("; ", models)}.");
        }
    }
}
