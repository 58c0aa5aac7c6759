namespace SkillFactory.Reporting.Html;

/// <summary>One arm's curves of one metric.</summary>
/// <param name="Colour">Colour class.</param>
/// <param name="Seeds">Points of each seed, by step.</param>
/// <param name="Bars">Intervals at some steps.</param>
internal sealed record CurveGroup(
    string Label,
    string Colour,
    IReadOnlyList<IReadOnlyList<(int Step, double Value)>> Seeds,
    IReadOnlyList<CurveBar> Bars
);

internal readonly record struct CurveBar(int Step, double Low, double High);

/// <summary>Metrics over steps: each seed thin as measured, the mean of the seeds thick and smoothed.</summary>
internal static class CurvePlot
{
    private const int Left = 40;
    private const int Right = 8;
    private const int Top = 8;
    private const int Bottom = 170;

    /// <summary>Steps on either side over which the thick line averages: a twentieth of the steps, at most 10.</summary>
    public static int Reach(int steps) => Math.Min(10, steps / 20);

    public static Markup Draw(string id, string title, IReadOnlyList<CurveGroup> groups)
    {
        var points = groups.SelectMany(g => g.Seeds).SelectMany(s => s).ToList();
        var ticks = Plot.Ticks(
            points.Min(p => Math.Min(0, p.Value)),
            groups.SelectMany(g => g.Bars).Select(b => b.High).Append(points.Max(p => p.Value)).Max(),
            4
        );
        var (low, high) = (ticks[0], ticks[^1]);
        var (firstStep, lastStep) = (points.Min(p => p.Step), points.Max(p => p.Step));
        string X(double step) => Plot.At(Left + ((step - firstStep) / Math.Max(1, lastStep - firstStep) * (Plot.Width - Left - Right)));
        string Y(double value) => Plot.At(Bottom - ((value - low) / (high - low) * (Bottom - Top)));
        var html = new HtmlWriter();
        html.Add(
            $"<svg viewBox=\"0 0 {Plot.Width} {Bottom + 32}\" role=\"img\" aria-labelledby=\"{id}\"><title id=\"{id}\">{title} over steps {firstStep} to {lastStep}: {string.Join("; ", groups.Select(Spoken))}</title>"
        );
        foreach (var tick in ticks)
        {
            html.Add(
                $"<line class=\"rule\" x1=\"{Left}\" x2=\"{Plot.Width - Right}\" y1=\"{Y(tick)}\" y2=\"{Y(tick)}\"/><text class=\"axis\" x=\"{Left - 6}\" y=\"{Y(tick)}\" dy=\"3.5\" text-anchor=\"end\">{Plot.Tick(tick)}</text>"
            );
        }

        foreach (var tick in Plot.Ticks(firstStep, lastStep, 5).Where(t => t >= firstStep && t <= lastStep && t % 1 == 0))
        {
            html.Add($"<text class=\"axis\" x=\"{X(tick)}\" y=\"{Bottom + 14}\" text-anchor=\"middle\">{Plot.Tick(tick)}</text>");
        }

        html.Add($"<text class=\"axis\" x=\"{Plot.Width - Right}\" y=\"{Bottom + 28}\" text-anchor=\"end\">step</text>");
        foreach (var group in groups)
        {
            foreach (var seed in group.Seeds)
            {
                html.Add($"<polyline class=\"thin\" stroke=\"var(--{group.Colour})\" points=\"{Line(seed)}\"/>");
            }

            foreach (var bar in group.Bars)
            {
                html.Add(
                    $"<line class=\"fine\" stroke=\"var(--{group.Colour})\" x1=\"{X(bar.Step)}\" x2=\"{X(bar.Step)}\" y1=\"{Y(bar.Low)}\" y2=\"{Y(bar.High)}\"/>"
                );
            }

            html.Add($"<polyline class=\"thick\" stroke=\"var(--{group.Colour})\" points=\"{Line(Smooth(Mean(group.Seeds)))}\"/>");
        }

        return html.Add("</svg>").ToMarkup();

        string Line(IEnumerable<(int Step, double Value)> line) => string.Join(' ', line.Select(p => $"{X(p.Step)},{Y(p.Value)}"));
    }

    /// <summary>The mean at every step that all seeds reached.</summary>
    internal static IReadOnlyList<(int Step, double Value)> Mean(IReadOnlyList<IReadOnlyList<(int Step, double Value)>> seeds) =>
        [
            .. seeds
                .SelectMany(s => s)
                .GroupBy(p => p.Step)
                .Where(g => g.Count() == seeds.Count)
                .OrderBy(g => g.Key)
                .Select(g => (g.Key, g.Average(p => p.Value))),
        ];

    private static List<(int Step, double Value)> Smooth(IReadOnlyList<(int Step, double Value)> line)
    {
        var reach = Reach(line.Count);
        var smooth = new List<(int, double)>(line.Count);
        for (var i = 0; i < line.Count; i++)
        {
            // Shrinks towards the ends, so that the line stays centred.
            var near = Math.Min(reach, Math.Min(i, line.Count - 1 - i));
            smooth.Add((line[i].Step, line.Skip(i - near).Take((2 * near) + 1).Average(p => p.Value)));
        }

        return smooth;
    }

    private static string Spoken(CurveGroup group)
    {
        var mean = Mean(group.Seeds);
        return mean.Count == 0
            ? group.Label
            : $"{group.Label} from {Plot.Tick(Math.Round(mean[0].Value, 3))} to {Plot.Tick(Math.Round(mean[^1].Value, 3))}";
    }
}
