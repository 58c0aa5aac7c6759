namespace SkillFactory.Reporting.Html;

/// <summary>Rows under a heading row for each level, so that the first column can name the model and stay in sight.</summary>
internal static class GroupedRows
{
    /// <param name="columns">Columns of the table.</param>
    /// <param name="rows">Rows of one level, each a whole <c>tr</c>; none leaves the level out.</param>
    public static void Draw(HtmlWriter html, RunReport report, int columns, Func<ReportedLevel, IReadOnlyList<Markup>> rows)
    {
        foreach (var level in report.Levels)
        {
            var drawn = rows(level);
            if (drawn.Count == 0)
            {
                continue;
            }

            html.Add($"<tr class=\"group\"><th scope=\"rowgroup\" colspan=\"{columns}\"><span>{level.Label}</span></th></tr>");
            foreach (var row in drawn)
            {
                html.Add(row);
            }
        }
    }
}
