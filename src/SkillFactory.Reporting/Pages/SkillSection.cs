using SkillFactory.Evaluation.Summaries;
using SkillFactory.Reporting.Report;

namespace SkillFactory.Reporting.Pages;

/// <summary>How models use the two skills, retrying and reflecting.</summary>
internal static class SkillSection
{
    public static Markup Draw(RunReport report)
    {
        if (report.Skills.Count == 0)
        {
            return Markup.None;
        }

        var html = new HtmlWriter();
        Rows(
            html,
            report,
            "Does the model act on its verdicts? Attempts and reflections per response; shares in percent with intervals over questions. "
                + "Stop: no further attempt after the verdict. A plain answer counts as one attempt and is not a well-formed trace.",
            ["attempts", "reflections", "well-formed", "P(stop | Correct)", "P(stop | Incorrect)"],
            _ => true,
            (row, s) =>
                row.Add(Table.Number(s.AttemptsPerResponse, 2))
                    .Add(Table.Number(s.ReflectionsPerResponse, 2))
                    .Add(Table.Share(s.WellFormed, cases: true))
                    .Add(Table.Share(s.StopAfterCorrect, cases: true))
                    .Add(Table.Share(s.StopAfterIncorrect, cases: true))
        );
        Rows(
            html,
            report,
            "How good are the verdicts? Each verdict is compared with the outcome of the attempt it directly follows, in percent. Correct "
                + "attempts: their share among the judged attempts. F1 is hard to interpret without it: when nearly all attempts are "
                + "wrong, always judging Incorrect gives a high F1.",
            ["correct attempts", "Correct: precision", "recall", "F1", "Incorrect: precision", "recall", "F1"],
            s => s.RightAttempts is not null,
            (row, s) =>
                row.Add(Table.Share(s.RightAttempts, cases: true))
                    .Add(Table.Share(s.CorrectPrecision))
                    .Add(Table.Share(s.CorrectRecall))
                    .Add(Table.Share(s.CorrectF1))
                    .Add(Table.Share(s.IncorrectPrecision))
                    .Add(Table.Share(s.IncorrectRecall))
                    .Add(Table.Share(s.IncorrectF1))
        );
        Rows(
            html,
            report,
            "What does retrying gain? First attempt: responses whose first attempt is correct. Oracle stop: accuracy of a model that "
                + "stops at its first correct attempt, and its tokens per response. Wrong to correct: attempts after a wrong one that are "
                + "correct. Correct to wrong: attempts after a correct one that are wrong. Repeats: attempts that give an earlier answer "
                + "again.",
            ["first attempt", "oracle stop", "oracle tokens", "wrong to correct", "correct to wrong", "repeats"],
            s => s.Counts.Attempts > s.Counts.Responses,
            (row, s) =>
                row.Add(Table.Share(s.FirstAttempt))
                    .Add(Table.Share(s.OracleStop))
                    .Add(Table.Number(s.OracleTokens, 1))
                    .Add(Table.Share(s.WrongToRight, cases: true))
                    .Add(Table.Share(s.RightToWrong, cases: true))
                    .Add(Table.Share(s.NearDuplicates, cases: true))
        );
        return html.ToMarkup();
    }

    private static void Rows(
        HtmlWriter html,
        RunReport report,
        string caption,
        string[] columns,
        Func<SkillEstimates, bool> where,
        Action<HtmlWriter, SkillEstimates> cells
    )
    {
        if (!report.Skills.Any(s => where(s.Figures)))
        {
            return;
        }

        Table.Begin(html, caption, ["Model", .. columns]);
        GroupedRows.Draw(html, report, columns.Length + 1, level => [
                .. report
                    .Skills.Where(s => s.Task == level.Task && s.Level == level.Level && where(s.Figures))
                    .Select(skill =>
                    {
                        var row = new HtmlWriter().Add("<tr>").Add(Table.Head(report.LabelOf(skill.Model)));
                        cells(row, skill.Figures);
                        return row.Add("</tr>").ToMarkup();
                    }),
            ]);
        Table.End(html);
    }
}
