using System.Globalization;

namespace SkillFactory.Cli.Progress;

/// <summary>Formats numbers and times for progress and tables.</summary>
internal static class DisplayFormat
{
    /// <summary>"0:07", "12:30", "1:02:09", "3d 04:00".</summary>
    public static string Duration(TimeSpan span) =>
        span.TotalHours switch
        {
            < 1 => $"{(int)span.TotalMinutes}:{span.Seconds:00}",
            < 48 => $"{(int)span.TotalHours}:{span.Minutes:00}:{span.Seconds:00}",
            _ => $"{(int)span.TotalDays}d {span.Hours:00}:{span.Minutes:00}",
        };

    /// <summary>"12,480 tok/s".</summary>
    public static string Rate(double tokensPerSecond) => $"{Count(tokensPerSecond)} tok/s";

    /// <summary>Whole numbers with thousands separators; fractions with up to two digits.</summary>
    public static string Count(double count) =>
        Math.Abs(count) >= 100 || count == Math.Floor(count)
            ? count.ToString("#,0", CultureInfo.InvariantCulture)
            : count.ToString("0.##", CultureInfo.InvariantCulture);

    /// <summary>"12/80 steps", or "12 steps" if the total is unknown.</summary>
    public static string DoneOf(double done, double total, string unit) =>
        total > 0 ? $"{Count(done)}/{Count(total)} {unit}".TrimEnd() : $"{Count(done)} {unit}".TrimEnd();

    /// <summary>"1.5 GB" (powers of 1,000).</summary>
    public static string Bytes(double bytes)
    {
        string[] units = ["B", "kB", "MB", "GB", "TB"];
        var unit = 0;
        while (bytes >= 999.5 && unit < units.Length - 1)
        {
            (bytes, unit) = (bytes / 1000, unit + 1);
        }

        return $"{bytes.ToString(bytes < 10 && unit > 0 ? "0.0" : "0", CultureInfo.InvariantCulture)} {units[unit]}";
    }

    /// <summary>A share: "31.2 %".</summary>
    public static string Percent(double share) =>
        double.IsFinite(share) ? $"{(100 * share).ToString("F1", CultureInfo.InvariantCulture)} %" : "unknown";

    /// <summary>A mean reward as the report rounds it: "0.312".</summary>
    public static string Reward(double reward) => reward.ToString("F3", CultureInfo.InvariantCulture);
}
