namespace SkillFactory.Reporting.Pages.Plots;

/// <summary>Plots a metric by step. Thin lines are seeds; thick lines are the smoothed mean of the seeds.</summary>
internal static class CurvePlot
{
    private const int Left = 40;
    private const int Right = 8;
    private const int Top = 22;
    private const int Bottom = 184;

    /// <summary>Number of steps on either side over which the thick line averages: 5 % of all steps, at most 10.</summary>
    public static int SmoothingRadius(int steps) => Math.Min(10, steps / 20);

    /// <param name="axis">Label of the vertical axis.</param>
    public static Markup Draw(string id, string title, string axis, IReadOnlyList<CurveGroup> groups)
    {
        var points = groups.SelectMany(g => g.Seeds).SelectMany(s => s).ToList();
        var ticks = PlotScale.Ticks(
            points.Min(p => Math.Min(0, p.Value)),
            groups.SelectMany(g => g.Bars).Select(b => b.High).Append(points.Max(p => p.Value)).Max(),
            4
        );
        var (low, high) = (ticks[0], ticks[^1]);
        var (firstStep, lastStep) = (points.Min(p => p.Step), points.Max(p => p.Step));
        string X(double step) =>
            PlotScale.At(Left + ((step - firstStep) / Math.Max(1, lastStep - firstStep) * (PlotScale.Width - Left - Right)));
        string Y(double value) => PlotScale.At(Bottom - ((value - low) / (high - low) * (Bottom - Top)));
        var html = new HtmlWriter();
        html.Add(
            $"<svg viewBox=\"0 0 {PlotScale.Width} {Bottom + 32}\" role=\"img\" aria-labelledby=\"{id}\"><title id=\"{id}\">"
                + $"{title} over steps {firstStep} to {lastStep}: {string.Join("; ", groups.Select(Describe))}</title>"
                + $"<text class=\"axis\" x=\"0\" y=\"10\">{axis}</text>"
        );
        foreach (var tick in ticks)
        {
            html.Add(
                $"<line class=\"rule\" x1=\"{Left}\" x2=\"{PlotScale.Width - Right}\" y1=\"{Y(tick)}\" y2=\"{Y(tick)}\"/>"
                    + $"<text class=\"axis\" x=\"{Left - 6}\" y=\"{Y(tick)}\" dy=\"3.5\" text-anchor=\"end\">{PlotScale.Tick(tick)}</text>"
            );
        }

        foreach (var tick in PlotScale.Ticks(firstStep, lastStep, 5).Where(t => t >= firstStep && t <= lastStep && t % 1 == 0))
        {
            html.Add($"<text class=\"axis\" x=\"{X(tick)}\" y=\"{Bottom + 14}\" text-anchor=\"middle\">{PlotScale.Tick(tick)}</text>");
        }

        html.Add($"<text class=\"axis\" x=\"{PlotScale.Width - Right}\" y=\"{Bottom + 28}\" text-anchor=\"end\">step</text>");
        foreach (var group in groups)
        {
            foreach (var seed in group.Seeds)
            {
                html.Add($"<polyline class=\"thin\" stroke=\"var(--{group.Colour})\" points=\"{Line(seed)}\"/>");
            }

            foreach (var bar in group.Bars)
            {
                html.Add(
                    $"<line class=\"fine\" stroke=\"var(--{group.Colour})\" x1=\"{X(bar.Step)}\" x2=\"{X(bar.Step)}\" "
                        + $"y1=\"{Y(bar.Low)}\" y2=\"{Y(bar.High)}\"/>"
                );
            }

            html.Add($"<polyline class=\"thick\" stroke=\"var(--{group.Colour})\" points=\"{Line(Smooth(Mean(group.Seeds)))}\"/>");
        }

        return html.Add("</svg>").ToMarkup();

        string Line(IEnumerable<CurvePoint> line) => string.Join(' ', line.Select(p => $"{X(p.Step)},{Y(p.Value)}"));
    }

    /// <summary>The mean of the seeds at every step that all of them have.</summary>
    internal static IReadOnlyList<CurvePoint> Mean(IReadOnlyList<IReadOnlyList<CurvePoint>> seeds) =>
        [
            .. seeds
                .SelectMany(s => s)
                .GroupBy(p => p.Step)
                .Where(g => g.Count() == seeds.Count)
                .OrderBy(g => g.Key)
                .Select(g => new CurvePoint(g.Key, g.Average(p => p.Value))),
        ];

    private static List<CurvePoint> Smooth(IReadOnlyList<CurvePoint> line)
    {
        var maxRadius = SmoothingRadius(line.Count);
        var smooth = new List<CurvePoint>(line.Count);
        for (var i = 0; i < line.Count; i++)
        {
            // The radius shrinks towards the ends, so that every average is centred on its step.
            var radius = Math.Min(maxRadius, Math.Min(i, line.Count - 1 - i));
            smooth.Add(new CurvePoint(line[i].Step, line.Skip(i - radius).Take((2 * radius) + 1).Average(p => p.Value)));
        }

        return smooth;
    }

    private static string Describe(CurveGroup group)
    {
        var mean = Mean(group.Seeds);
        return mean.Count == 0
            ? group.Label
            : $"{group.Label} from {PlotScale.Tick(Math.Round(mean[0].Value, 3))} to {PlotScale.Tick(Math.Round(mean[^1].Value, 3))}";
    }
}
