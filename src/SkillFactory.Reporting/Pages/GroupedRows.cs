using SkillFactory.Reporting.Report;

namespace SkillFactory.Reporting.Pages;

/// <summary>Table rows grouped by level, with a heading row for each level.</summary>
internal static class GroupedRows
{
    /// <param name="columns">Number of columns of the table.</param>
    /// <param name="rows">The rows of one level, each a <c>tr</c> element. A level without rows gets no heading.</param>
    public static void Draw(HtmlWriter html, RunReport report, int columns, Func<ReportedLevel, IReadOnlyList<Markup>> rows)
    {
        foreach (var level in report.Levels)
        {
            var levelRows = rows(level);
            if (levelRows.Count == 0)
            {
                continue;
            }

            html.Add($"<tr class=\"group\"><th scope=\"rowgroup\" colspan=\"{columns}\"><span>{level.Label}</span></th></tr>");
            foreach (var row in levelRows)
            {
                html.Add(row);
            }
        }
    }
}
