using SkillFactory.Evaluation.Summaries;
using SkillFactory.Reporting.Report;

namespace SkillFactory.Reporting.Pages;

/// <summary>How models use the two skills, retrying and reflecting. Models that do neither are left out.</summary>
internal static class SkillSection
{
    public static Markup Draw(RunReport report) => HtmlWriter.Of($"{Decisions(report)}{Verdicts(report)}{Retries(report)}");

    private static Markup Decisions(RunReport report) =>
        Rows(
            report,
            "Does the model act on its verdicts? Attempts and reflections per response; shares in percent with intervals over questions. "
                + "Stop: no further attempt after the verdict. A plain answer counts as one attempt and is not a well-formed trace.",
            ["attempts", "reflections", "well-formed", "P(stop | Correct)", "P(stop | Incorrect)"],
            s => s.Counts.Reflections > 0 || HasRetries(s),
            s =>
                [
                    Cell.Number(s.AttemptsPerResponse, 2),
                    Cell.Number(s.ReflectionsPerResponse, 2),
                    Cell.Share(s.WellFormed, cases: true),
                    Cell.Share(s.StopAfterCorrect, cases: true),
                    Cell.Share(s.StopAfterIncorrect, cases: true),
                ]
        );

    private static Markup Verdicts(RunReport report) =>
        Rows(
            report,
            "How good are the verdicts? Each verdict is compared with the outcome of the attempt it directly follows, in percent. Correct "
                + "attempts: their share among the judged attempts. F1 is hard to interpret without it: when nearly all attempts are "
                + "wrong, always judging Incorrect gives a high F1.",
            ["correct attempts", "Correct: precision", "recall", "F1", "Incorrect: precision", "recall", "F1"],
            s => s.RightAttempts is not null,
            s =>
                [
                    Cell.Share(s.RightAttempts, cases: true),
                    Cell.Share(s.CorrectPrecision),
                    Cell.Share(s.CorrectRecall),
                    Cell.Share(s.CorrectF1),
                    Cell.Share(s.IncorrectPrecision),
                    Cell.Share(s.IncorrectRecall),
                    Cell.Share(s.IncorrectF1),
                ]
        );

    private static Markup Retries(RunReport report) =>
        Rows(
            report,
            "What does retrying gain? First attempt: responses whose first attempt is correct. Oracle stop: accuracy of a model that "
                + "stops at its first correct attempt, and its tokens per response. Wrong to correct: attempts after a wrong one that are "
                + "correct. Correct to wrong: attempts after a correct one that are wrong. Repeats: attempts that give an earlier answer "
                + "again.",
            ["first attempt", "oracle stop", "oracle tokens", "wrong to correct", "correct to wrong", "repeats"],
            HasRetries,
            s =>
                [
                    Cell.Share(s.FirstAttempt),
                    Cell.Share(s.OracleStop),
                    Cell.Number(s.OracleTokens, 1),
                    Cell.Share(s.WrongToRight, cases: true),
                    Cell.Share(s.RightToWrong, cases: true),
                    Cell.Share(s.NearDuplicates, cases: true),
                ]
        );

    private static bool HasRetries(SkillEstimates skills) => skills.Counts.Attempts > skills.Counts.Responses;

    private static Markup Rows(
        RunReport report,
        string caption,
        string[] columns,
        Func<SkillEstimates, bool> where,
        Func<SkillEstimates, IEnumerable<Cell>> cells
    ) =>
        new Table(caption, ["Model", .. columns])
            .AddByLevel(
                report,
                report.Skills.Where(s => where(s.Figures)),
                s => (s.Task, s.Level),
                (rows, s) => rows.Add(report.LabelOf(s.Model), cells(s.Figures))
            )
            .Draw();
}
