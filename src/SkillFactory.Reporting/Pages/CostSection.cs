using SkillFactory.Reporting.Pages.Plots;
using SkillFactory.Reporting.Report;

namespace SkillFactory.Reporting.Pages;

/// <summary>Training tokens and the time of stages.</summary>
internal static class CostSection
{
    public static Markup Draw(RunReport report) => HtmlWriter.Of($"{Tokens(report)}{Times(report)}");

    private static Markup Tokens(RunReport report)
    {
        var table = new Table(
            "Training tokens per arm and seed. A stage that several arms share counts for each of them.",
            ["Arm", "seed", "sampled", "reflected", "SFT trained", "SFT gate", "GRPO generated", "total"],
            2
        );
        foreach (var t in report.Tokens)
        {
            double[] parts = [t.Sampled, t.Reflected, t.SftTrained, t.GateGenerated, t.GrpoGenerated, t.Total];
            table.Add(t.Arm, [Cell.Figure($"{t.Seed}"), .. parts.Select(p => p == 0 ? Cell.None : Cell.Figure(NumberFormat.Tokens(p)))]);
        }

        return table.Draw();
    }

    private static Markup Times(RunReport report)
    {
        var stages = report
            .Stages.Where(s => !s.Shared)
            .GroupBy(s => (s.Arm, s.Stage, s.Checkpoint))
            .Select(g => (g.Key, Seconds: g.Sum(s => s.WallSeconds), Runs: g.Count(), Reused: g.Count(s => s.Reused)))
            .ToList();
        var longest = stages.Select(s => s.Seconds).DefaultIfEmpty().Max();
        var table = new Table(
            $"Time per stage{(report.Run.Seeds.Count > 1 ? ", summed over seeds" : "")}. A stage that several arms share is listed with "
                + $"the first of them.",
            ["Stage", "Arm", "time", "share of the longest", "runs", "reused runs"],
            2
        );
        foreach (var s in stages)
        {
            table.Add(
                s.Key.Stage.Replace('_', ' ') + (s.Key.Checkpoint.Length > 0 ? $" ({s.Key.Checkpoint})" : ""),
                Cell.Text(s.Key.Arm),
                Cell.Figure(NumberFormat.Duration(s.Seconds)),
                new Cell(Meter(100 * s.Seconds / Math.Max(1e-9, longest)), IsText: true),
                Cell.Count(s.Runs),
                Cell.Count(s.Reused)
            );
        }

        return table.Draw();
    }

    private static Markup Meter(double percent) =>
        HtmlWriter.Of($"<span class=\"meter\"><span style=\"width:{PlotScale.At(percent)}%\"></span></span>");
}
