using SkillFactory.Reporting.Pages.Plots;
using SkillFactory.Reporting.Report;

namespace SkillFactory.Reporting.Pages;

/// <summary>Training tokens and the time of stages.</summary>
internal static class CostSection
{
    public static Markup Draw(RunReport report)
    {
        var html = new HtmlWriter();
        if (report.Tokens.Count > 0)
        {
            Table.Begin(
                html,
                "Training tokens per arm and seed. A stage that several arms share counts for each of them.",
                ["Arm", "Seed", "Sampled", "Reflected", "SFT trained", "SFT gate", "GRPO generated", "Total"]
            );
            foreach (var t in report.Tokens)
            {
                html.Add(
                    $"<tr><th scope=\"row\">{t.Arm}</th><td>{t.Seed}</td><td>{Tokens(t.Sampled)}</td><td>{Tokens(t.Reflected)}</td>"
                        + $"<td>{Tokens(t.SftTrained)}</td><td>{Tokens(t.GateGenerated)}</td><td>{Tokens(t.GrpoGenerated)}</td>"
                        + $"<td>{Tokens(t.Total)}</td></tr>"
                );
            }

            Table.End(html);
        }

        var stages = report
            .Stages.Where(s => !s.Shared)
            .GroupBy(s => (s.Arm, s.Stage, s.Checkpoint))
            .Select(g => (g.Key, Seconds: g.Sum(s => s.WallSeconds), Runs: g.Count(), Reused: g.Count(s => s.Reused)))
            .ToList();
        if (stages.Count > 0)
        {
            var longest = Math.Max(1e-9, stages.Max(s => s.Seconds));
            Table.Begin(
                html,
                $"Time per stage{(report.Run.Seeds.Count > 1 ? ", summed over seeds" : "")}. A stage that several arms share is listed "
                    + $"with the first of them.",
                ["Stage", "Arm", "Time", "", "Runs", "Reused"],
                2
            );
            foreach (var s in stages)
            {
                html.Add(
                    $"<tr><th scope=\"row\">{s.Key.Stage.Replace('_', ' ')}"
                        + $"{(s.Key.Checkpoint.Length > 0 ? $" ({s.Key.Checkpoint})" : "")}</th>"
                        + $"<td class=\"l\">{s.Key.Arm}</td><td>{NumberFormat.Duration(s.Seconds)}</td>"
                        + $"<td class=\"l\">{Meter(100 * s.Seconds / longest)}</td><td>{s.Runs}</td><td>{s.Reused}</td></tr>"
                );
            }

            Table.End(html);
        }

        return html.ToMarkup();
    }

    private static Markup Meter(double percent) =>
        HtmlWriter.Of($"<span class=\"meter\"><span style=\"width:{PlotScale.At(percent)}%\"></span></span>");

    private static string Tokens(double value) => value == 0 ? NumberFormat.None : NumberFormat.Tokens(value);
}
