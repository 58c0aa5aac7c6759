using SkillFactory.Evaluation.Statistics;
using SkillFactory.Reporting.Pages.Plots;
using SkillFactory.Reporting.Report;

namespace SkillFactory.Reporting.Pages;

/// <summary>Tables with a caption, column heads and row heads, in a frame that scrolls on narrow screens.</summary>
internal static class Table
{
    /// <param name="leftColumns">Number of left-aligned columns, from the left.</param>
    public static void Begin(HtmlWriter html, string caption, IEnumerable<string> columns, int leftColumns = 1)
    {
        html.Add(
            $"<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"{PlotScale.Shorten(caption, 80)}\"><table>"
                + $"<caption><span>{caption}</span></caption><thead><tr>"
        );
        var index = 0;
        foreach (var column in columns)
        {
            html.Add($"<th scope=\"col\"{(index++ < leftColumns ? new Markup(" class=\"l\"") : Markup.None)}>{column}</th>");
        }

        html.Add("</tr></thead><tbody>");
    }

    public static void End(HtmlWriter html) => html.Add("</tbody></table></div>");

    /// <summary>The head of a row.</summary>
    /// <param name="below">Small text below the head.</param>
    public static Markup Head(string text, string below = "") =>
        HtmlWriter.Of($"<th scope=\"row\">{text}{(below.Length > 0 ? HtmlWriter.Of($"<small>{below}</small>") : Markup.None)}</th>");

    /// <summary>A cell with a share in percent and its interval.</summary>
    /// <param name="cases">Whether to show the number of cases.</param>
    public static Markup Share(Estimate? estimate, bool cases = false) =>
        estimate is null
            ? HtmlWriter.Of($"<td>{NumberFormat.None}</td>")
            : HtmlWriter.Of(
                $"<td>{NumberFormat.Percent(estimate.Value)}<small>{IntervalText(estimate.Interval, end => NumberFormat.Percent(end))}"
                    + $"</small>{(cases ? HtmlWriter.Of($"<small>of {NumberFormat.Count(estimate.Count)}</small>") : Markup.None)}</td>"
            );

    /// <summary>A cell with a difference in points and its interval.</summary>
    public static Markup Points(Estimate? difference) =>
        difference is null
            ? HtmlWriter.Of($"<td>{NumberFormat.None}</td>")
            : HtmlWriter.Of(
                $"<td>{NumberFormat.Signed(100 * difference.Value)}"
                    + $"<small>{IntervalText(difference.Interval, end => NumberFormat.Signed(100 * end))}</small></td>"
            );

    /// <summary>A cell with a number and its interval.</summary>
    public static Markup Number(Estimate? estimate, int decimals) =>
        estimate is null
            ? HtmlWriter.Of($"<td>{NumberFormat.None}</td>")
            : HtmlWriter.Of(
                $"<td>{NumberFormat.Number(estimate.Value, decimals)}"
                    + $"<small>{IntervalText(estimate.Interval, end => NumberFormat.Number(end, decimals))}</small></td>"
            );

    private static string IntervalText(Interval? interval, Func<double, string> format) =>
        interval is null ? "" : $"[{format(interval.Low)}, {format(interval.High)}]";
}
