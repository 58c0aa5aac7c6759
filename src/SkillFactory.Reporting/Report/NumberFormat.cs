using System.Globalization;
using SkillFactory.Evaluation.Statistics;

namespace SkillFactory.Reporting.Report;

/// <summary>Formats numbers for reports. Shares become percentages with one decimal.</summary>
internal static class NumberFormat
{
    /// <summary>Shown in place of a missing number.</summary>
    public const string None = "–";

    /// <summary>A share in percent: "73.2".</summary>
    public static string Percent(double? share) => share is { } s && double.IsFinite(s) ? Number(100 * s, 1) : None;

    /// <summary>A share in percent with its interval: "73.2 [70.1, 76.0]".</summary>
    public static string Percent(Estimate? share) =>
        share is null ? None : Percent(share.Value) + (share.Interval is { } i ? $" [{Percent(i.Low)}, {Percent(i.High)}]" : "");

    /// <summary>A difference in percentage points with its interval: "+4.1 [+1.2, +7.0]".</summary>
    public static string Points(Estimate difference) =>
        Signed(100 * difference.Value) + (difference.Interval is { } i ? $" [{Signed(100 * i.Low)}, {Signed(100 * i.High)}]" : "");

    /// <summary>A number with a fixed number of decimals and a typographic minus sign.</summary>
    public static string Number(double? value, int decimals) =>
        value is { } v && double.IsFinite(v)
            ? (Math.Round(v, decimals) == 0 ? 0 : v).ToString("F" + decimals, CultureInfo.InvariantCulture).Replace('-', '−')
            : None;

    /// <summary>A p value: "0.031" or "&lt; 0.001".</summary>
    public static string P(double p) => p < 0.001 ? "< 0.001" : Number(p, 3);

    /// <summary>A count with grouped digits: "1,234,567".</summary>
    public static string Count(double value) => value.ToString("#,0", CultureInfo.InvariantCulture);

    /// <summary>A number of tokens: "1.75 M", "320 k" or "812".</summary>
    public static string Tokens(double value) =>
        value switch
        {
            >= 999_500_000 => Number(value / 1e9, 2) + " G",
            >= 999_500 => Number(value / 1e6, 2) + " M",
            >= 10_000 => Number(value / 1e3, 0) + " k",
            _ => Count(value),
        };

    /// <summary>A ratio: "21 times", "1.4 times" or "0.05 times".</summary>
    public static string Times(double ratio) => $"{Number(ratio, ratio switch { >= 9.95 => 0, >= 0.995 => 1, _ => 2 })} times";

    /// <summary>A duration: "2 h 03 min", "4 min 10 s" or "8.2 s".</summary>
    public static string Duration(double seconds) =>
        seconds switch
        {
            >= 3600 => $"{(long)seconds / 3600} h {(long)seconds / 60 % 60:00} min",
            >= 60 => $"{(long)seconds / 60} min {(long)seconds % 60:00} s",
            _ => Number(seconds, 1) + " s",
        };

    /// <summary>A number with one decimal and its sign: "+4.1" or "−0.3".</summary>
    public static string Signed(double value)
    {
        var text = Number(value, 1);
        return value > 0 && text != "0.0" ? "+" + text : text;
    }
}
