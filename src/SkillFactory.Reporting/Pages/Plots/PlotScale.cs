using System.Globalization;

namespace SkillFactory.Reporting.Pages.Plots;

/// <summary>Scales, ticks and coordinates of the plots.</summary>
internal static class PlotScale
{
    /// <summary>Width of every plot in its own units. It is about the width of a phone, so that text stays readable there.</summary>
    public const int Width = 320;

    /// <summary>A coordinate with at most two decimals.</summary>
    public static string At(double value) => Math.Round(value, 2).ToString("0.##", CultureInfo.InvariantCulture);

    /// <summary>Round ticks that cover a range, about <paramref name="about"/> of them. The step is 1, 2 or 5 times a power of ten. The
    /// first tick is at or below <paramref name="low"/> and the last at or above <paramref name="high"/>.</summary>
    public static IReadOnlyList<double> Ticks(double low, double high, int about)
    {
        if (!(high > low))
        {
            high = low + Math.Max(1e-9, Math.Abs(low) * 0.1);
        }

        var raw = (high - low) / about;
        var power = Math.Pow(10, Math.Floor(Math.Log10(raw)));
        var step =
            (raw / power) switch
            {
                <= 1 => 1,
                <= 2 => 2,
                <= 5 => 5,
                _ => 10,
            } * power;
        var first = Math.Floor((low / step) + 1e-9);
        var last = Math.Ceiling((high / step) - 1e-9);
        return [.. Enumerable.Range(0, (int)(last - first) + 1).Select(i => Math.Round((first + i) * step, 12))];
    }

    /// <summary>Ticks of a logarithmic scale: 1, 2 and 5 times powers of ten, or only powers of ten for a wide range.</summary>
    public static IReadOnlyList<double> LogTicks(double low, double high)
    {
        int[] steps = high / low > 200 ? [1] : [1, 2, 5];
        return
        [
            .. from power in Enumerable.Range(-3, 12)
            from step in steps
            let tick = step * Math.Pow(10, power)
            where tick >= low && tick <= high
            select tick,
        ];
    }

    /// <summary>The text of a tick.</summary>
    public static string Tick(double value) =>
        value.ToString(Math.Abs(value) >= 10_000 ? "0.#e0" : "0.######", CultureInfo.InvariantCulture).Replace('-', '−');

    /// <summary>Shortens a text to <paramref name="length"/> characters, the last one an ellipsis.</summary>
    public static string Shorten(string text, int length) => text.Length <= length ? text : text[..(length - 1)] + "…";
}
