using System.Globalization;

namespace SkillFactory.Reporting.Html;

/// <summary>What the plots share: scales, ticks, coordinates.</summary>
internal static class Plot
{
    /// <summary>Width of every plot in its own units: about a phone's, so that its text stays readable there.</summary>
    public const int Width = 320;

    /// <summary>A coordinate with at most two decimals.</summary>
    public static string At(double value) => Math.Round(value, 2).ToString("0.##", CultureInfo.InvariantCulture);

    /// <summary>Round ticks that cover a range: steps of 1, 2 or 5 times a power of ten, about <paramref name="about"/> of them. The first
    /// is at or below <paramref name="low"/>, the last at or above <paramref name="high"/>.</summary>
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

    /// <summary>1, 2 and 5 times powers of ten within a range; powers alone where that would be many.</summary>
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

    public static string Tick(double value) =>
        value.ToString(Math.Abs(value) >= 10_000 ? "0.#e0" : "0.######", CultureInfo.InvariantCulture).Replace('-', '−');

    /// <summary>At most <paramref name="length"/> characters.</summary>
    public static string Short(string text, int length) => text.Length <= length ? text : text[..(length - 1)] + "…";
}
