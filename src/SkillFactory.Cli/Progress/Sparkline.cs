namespace SkillFactory.Cli.Progress;

/// <summary>Draws a curve as one line of characters.</summary>
internal static class Sparkline
{
    private const string Blocks = "▁▂▃▄▅▆▇█";
    private const string Ascii = "_.-=+*#@";

    /// <summary>Draws at most <paramref name="width"/> characters; more values are averaged. The scale runs from the smallest to the
    /// largest value; a flat curve is drawn in the middle.</summary>
    public static string Draw(IReadOnlyList<double> values, int width, bool unicode)
    {
        var finite = values.Where(double.IsFinite).ToArray();
        if (finite.Length == 0 || width <= 0)
        {
            return "";
        }

        var points = Shrink(finite, width);
        var (low, high) = (points.Min(), points.Max());
        var levels = unicode ? Blocks : Ascii;
        return string.Concat(
            points.Select(p => levels[high > low ? (int)Math.Round((p - low) / (high - low) * (levels.Length - 1)) : levels.Length / 2])
        );
    }

    private static double[] Shrink(double[] values, int width)
    {
        if (values.Length <= width)
        {
            return values;
        }

        var points = new double[width];
        for (var i = 0; i < width; i++)
        {
            var from = (int)((long)i * values.Length / width);
            var to = (int)((long)(i + 1) * values.Length / width);
            points[i] = values.AsSpan(from, to - from).ToArray().Average();
        }

        return points;
    }
}
