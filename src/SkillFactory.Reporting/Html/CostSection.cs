namespace SkillFactory.Reporting.Html;

internal static class CostSection
{
    public static Markup Draw(RunReport report)
    {
        var html = new HtmlWriter();
        if (report.Tokens.Count > 0)
        {
            Table.Begin(
                html,
                "Tokens spent on training, per arm and seed. A stage that several arms share is charged to each of them.",
                ["Arm", "Seed", "Sampled", "Reflected", "SFT trained", "SFT gate", "GRPO generated", "Total"]
            );
            foreach (var t in report.Tokens)
            {
                html.Add(
                    $"<tr><th scope=\"row\">{t.Arm}</th><td>{t.Seed}</td><td>{Tokens(t.Sampled)}</td><td>{Tokens(t.Reflected)}</td><td>{Tokens(t.SftTrained)}</td><td>{Tokens(t.GateGenerated)}</td><td>{Tokens(t.GrpoGenerated)}</td><td>{Tokens(t.Total)}</td></tr>"
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
            var most = Math.Max(1e-9, stages.Max(s => s.Seconds));
            Table.Begin(
                html,
                $"Time per stage{(report.Run.Seeds.Count > 1 ? ", summed over seeds" : "")}. Stages in common stand with the arm that came first.",
                ["Stage", "Arm", "Time", "", "Runs", "Reused"],
                2
            );
            foreach (var s in stages)
            {
                html.Add(
                    $"<tr><th scope=\"row\">{s.Key.Stage.Replace('_', ' ')}{(s.Key.Checkpoint.Length > 0 ? $" ({s.Key.Checkpoint})" : "")}</th><td class=\"l\">{s.Key.Arm}</td><td>{Figures.Duration(s.Seconds)}</td><td class=\"l\"><span class=\"meter\"><span style=\"width:{Plot.At(100 * s.Seconds / most)}%\"></span></span></td><td>{s.Runs}</td><td>{s.Reused}</td></tr>"
                );
            }

            Table.End(html);
        }

        return html.ToMarkup();
    }

    private static string Tokens(double value) => value == 0 ? Figures.None : Figures.Tokens(value);
}
