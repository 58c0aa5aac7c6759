using SkillFactory.Evaluation.Summaries;

namespace SkillFactory.Reporting.Html;

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
            "Does the verdict drive what follows? Attempts and reflections per response; shares in percent, intervals over questions. A plain answer counts as one attempt and is not a well-formed trace; stop: no further attempt after the verdict.",
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
            "How good are the verdicts? Each against the attempt it directly follows, in percent. Right attempts: how common the class is among the judged; an F1 cannot be read without it, as always saying Incorrect scores high where nearly all attempts are wrong.",
            ["right attempts", "Correct: precision", "recall", "F1", "Incorrect: precision", "recall", "F1"],
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
            "What does trying again bring? First attempt right, and any attempt right: the accuracy of a model that stops at its first right attempt, with the tokens such a response takes. Wrong to right, right to wrong: of attempts after a wrong, a right one. Repeats: of attempts after the first, the answer of an earlier one again.",
            ["first right", "oracle stop", "its tokens", "wrong to right", "right to wrong", "repeats"],
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
        Func<SkillFigures, bool> where,
        Action<HtmlWriter, SkillFigures> cells
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
