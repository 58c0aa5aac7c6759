using SkillFactory.Evaluation.Statistics;
using SkillFactory.Reporting.Report;

namespace SkillFactory.Reporting.Pages;

/// <summary>A cell of a table.</summary>
/// <param name="Content">What the cell shows.</param>
/// <param name="IsEmpty">Whether it says nothing. Rows and columns of only such cells are left out.</param>
/// <param name="IsText">Whether it holds words and is aligned to the left.</param>
internal readonly record struct Cell(Markup Content, bool IsEmpty = false, bool IsText = false)
{
    public static Cell None { get; } = new(HtmlWriter.Of($"{NumberFormat.None}"), IsEmpty: true);

    public static Cell Text(string text) => new(HtmlWriter.Of($"{text}"), text.Length == 0 || text == NumberFormat.None, IsText: true);

    /// <summary>Numbers as text, for example a duration.</summary>
    public static Cell Figure(string text, bool isEmpty = false) => new(HtmlWriter.Of($"{text}"), isEmpty || text == NumberFormat.None);

    /// <summary>How often something occurred. Zero says nothing.</summary>
    public static Cell Count(double value) => Figure(NumberFormat.Count(value), value == 0);

    public static Cell Number(double? value, int decimals) => Figure(NumberFormat.Number(value, decimals));

    /// <summary>A number and its interval.</summary>
    public static Cell Number(Estimate? estimate, int decimals) =>
        Of(estimate, value => NumberFormat.Number(value, decimals), cases: false);

    /// <summary>A share in percent and its interval.</summary>
    /// <param name="cases">Whether to show the number of cases.</param>
    public static Cell Share(Estimate? share, bool cases = false) => Of(share, value => NumberFormat.Percent(value), cases);

    /// <summary>A difference in points and its interval.</summary>
    public static Cell Points(Estimate? difference) => Of(difference, value => NumberFormat.Signed(100 * value), cases: false);

    /// <summary>Only the interval of a share in percent. The share itself is in another table.</summary>
    public static Cell ShareInterval(Estimate? share) => IntervalOnly(share, end => NumberFormat.Percent(end));

    /// <summary>Only the interval of a difference in points.</summary>
    public static Cell PointsInterval(Estimate? difference) => IntervalOnly(difference, end => NumberFormat.Signed(100 * end));

    /// <summary>A cell with small text below.</summary>
    public Cell Below(string text) => this with { Content = HtmlWriter.Of($"{Content}<small>{text}</small>") };

    private static Cell IntervalOnly(Estimate? estimate, Func<double, string> format) =>
        estimate?.Interval is { } interval ? Figure(Text(interval, format)) : None;

    private static Cell Of(Estimate? estimate, Func<double, string> format, bool cases)
    {
        if (estimate is null)
        {
            return None;
        }

        var cell = Figure(format(estimate.Value));
        cell = estimate.Interval is { } interval ? cell.Below(Text(interval, format)) : cell;
        return cases ? cell.Below($"of {NumberFormat.Count(estimate.Count)}") : cell;
    }

    private static string Text(Interval interval, Func<double, string> format) => $"[{format(interval.Low)}, {format(interval.High)}]";
}
