namespace SkillFactory.Core.Reports.Html;

internal static class SkillSection
{
    public static Markup Draw(RunReport report)
    {
        if (report.Skills.Count == 0)
        {
            return Markup.None;
        }

        var html = new HtmlWriter();
        Table.Begin(
            html,
            "Does the verdict drive what follows? Attempts and reflections per response; shares in percent with Wilson intervals. A plain answer counts as one attempt and is not a well-formed trace; stop: no further attempt after the verdict.",
            ["Level", "Model", "Attempts", "Reflections", "Well-formed", "P(stop | Correct)", "P(stop | Incorrect)"],
            2);
        Rows(html, report, s => true, (row, s) =>
        {
            row.Add($"<td>{Figures.Number(s.AttemptsPerResponse, 2)}</td><td>{Figures.Number(s.ReflectionsPerResponse, 2)}</td>");
            row.Add(Table.Share(s.WellFormed, cases: true)).Add(Table.Share(s.StopAfterCorrect, cases: true)).Add(Table.Share(s.StopAfterIncorrect, cases: true));
        });
        Table.End(html);
        Table.Begin(
            html,
            "What does trying again bring? First and any attempt right: of all responses. Wrong to right, right to wrong: of attempts after a wrong, a right one. Repeats: of attempts after the first, the answer of an earlier one again.",
            ["Level", "Model", "First attempt right", "Any attempt right", "Wrong to right", "Right to wrong", "Repeats"],
            2);
        Rows(html, report, s => s.Counts.Attempts > s.Counts.Responses, (row, s) =>
            row.Add(Table.Share(s.FirstAttempt)).Add(Table.Share(s.AnyAttempt)).Add(Table.Share(s.WrongToRight, cases: true)).Add(Table.Share(s.RightToWrong, cases: true)).Add(Table.Share(s.NearDuplicates)));
        Table.End(html);
        if (report.Skills.Any(s => s.RightAttempts is not null))
        {
            Table.Begin(
                html,
                "How good are the verdicts? Each against the attempt it directly follows. Right attempts: how common the class is among the judged; an F1 cannot be read without it.",
                ["Level", "Model", "Judged", "Right attempts", "Correct: precision", "recall", "F1", "Incorrect: precision", "recall", "F1"],
                2);
            Rows(html, report, s => s.RightAttempts is not null, (row, s) =>
            {
                row.Add($"<td>{Figures.Count(s.RightAttempts!.Count)}</td>").Add(Table.Share(s.RightAttempts));
                row.Add(Table.Share(s.CorrectPrecision)).Add(Table.Share(s.CorrectRecall)).Add($"<td>{Figures.Percent(s.CorrectF1)}</td>");
                row.Add(Table.Share(s.IncorrectPrecision)).Add(Table.Share(s.IncorrectRecall)).Add($"<td>{Figures.Percent(s.IncorrectF1)}</td>");
            });
            Table.End(html);
        }

        return html.ToMarkup();
    }

    private static void Rows(HtmlWriter html, RunReport report, Func<SkillCell, bool> where, Action<HtmlWriter, SkillCell> cells)
    {
        foreach (var level in report.Levels)
        {
            var first = true;
            foreach (var skill in report.Skills.Where(s => s.Task == level.Task && s.Level == level.Level && where(s)))
            {
                html.Add($"<tr{AccuracySection.RowClass(first)}><th scope=\"row\">{(first ? level.Label : "")}</th><td class=\"l\">{report.LabelOf(skill.Model)}</td>");
                cells(html, skill);
                html.Add("</tr>");
                first = false;
            }
        }
    }
}
