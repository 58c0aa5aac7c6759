using SkillFactory.Core.Planning;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.Traces;
using SkillFactory.Reporting.Report;

namespace SkillFactory.Reporting.Pages;

/// <summary>How many attempts, reflections and imported traces each filter kept.</summary>
internal static class YieldSection
{
    private static readonly IReadOnlyList<Row> Built =
    [
        new("Questions", "questions"),
        new("Questions with a correct attempt", "questions_usable"),
        new("Attempts unparseable", "attempts_unparseable"),
        new("Attempts truncated", "attempts_truncated"),
        new("Attempts unscored", "attempts_unscored"),
        new("Attempts graded", "attempts_correct", "attempts_wrong"),
        .. new TraceYield().Filters().Select(f => new Row(Title(f.Name), $"{f.Name}_of_correct", $"{f.Name}_of_wrong")),
        new("Traces", "traces"),
        new("Traces with too few attempts", "traces_short"),
    ];

    private static readonly IReadOnlyList<Row> Imported =
    [
        new("Rows", "rows"),
        new("Skipped rows", "rows_left_out"),
        new("Repeated rows", "rows_repeated"),
        new("Graded correct / wrong", "correct", "wrong"),
        new("Unparseable", "unparseable"),
        new("Unscored", "unscored"),
        new("Traces used", "traces"),
    ];

    private static readonly IReadOnlyList<Row> Replayed =
    [
        new("Questions", "questions"),
        new("Answers correct / wrong", "correct", "wrong"),
        new("Unparseable", "unparseable"),
        new("Truncated", "truncated"),
        new("Different correct answers", "traces"),
    ];

    public static Markup Draw(RunReport report)
    {
        var seeds = report.Run.Seeds.Count > 1 ? ", summed over seeds" : "";
        var built = Draw(
            report,
            StageNames.Traces,
            Built,
            $"From attempts to traces{seeds}, with all rounds of an arm together. Traces that several arms share are listed with the "
                + $"first of them. Two numbers are for correct / wrong attempts, or for reflections on correct / wrong attempts."
        );
        var imported = Draw(report, StageNames.Given, Imported, $"Imported traces{seeds}.");
        var replayed = Draw(report, StageKinds.Replay, Replayed, $"Answers replayed in fine-tuning{seeds}.");
        return HtmlWriter.Of($"{built}{imported}{replayed}");
    }

    private static Markup Draw(RunReport report, string stage, IReadOnlyList<Row> rows, string caption)
    {
        var columns = report
            .Stages.Where(s => s.Stage == stage && !s.Shared)
            .GroupBy(s => s.Arm)
            .Select(arm =>
                (Arm: arm.Key, Counts: arm.SelectMany(s => s.Counts).GroupBy(c => c.Key).ToDictionary(c => c.Key, c => c.Sum(v => v.Value)))
            )
            .ToList();
        var table = new Table(caption, ["Count", .. columns.Select(c => c.Arm)]);
        foreach (var row in rows)
        {
            table.Add(row.Title, columns.Select(c => CellOf(row, c.Counts)));
        }

        return table.Draw();
    }

    private static Cell CellOf(Row row, Dictionary<string, double> counts)
    {
        double[] values = [.. row.Names.Select(n => counts.GetValueOrDefault(n))];
        return Cell.Figure(string.Join(" / ", values.Select(NumberFormat.Count)), isEmpty: values.All(v => v == 0));
    }

    private static string Title(string name) => char.ToUpperInvariant(name[0]) + name[1..].Replace('_', ' ');

    /// <param name="Names">The name of one count, or the names of the counts for correct and for wrong attempts.</param>
    private sealed record Row(string Title, params string[] Names);
}
