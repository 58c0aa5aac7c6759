using SkillFactory.Evaluation.Statistics;

namespace SkillFactory.Reporting.Html;

/// <summary>Tables as they look everywhere: a caption, column heads, row heads, and a frame that scrolls on narrow screens.</summary>
internal static class Table
{
    public static void Begin(HtmlWriter html, string caption, IEnumerable<string> columns, int leftColumns = 1)
    {
        html.Add(
            $"<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"{Plot.Short(caption, 80)}\"><table><caption><span>{caption}</span></caption><thead><tr>"
        );
        var index = 0;
        foreach (var column in columns)
        {
            html.Add($"<th scope=\"col\"{(index++ < leftColumns ? new Markup(" class=\"l\"") : Markup.None)}>{column}</th>");
        }

        html.Add("</tr></thead><tbody>");
    }

    public static void End(HtmlWriter html) => html.Add("</tbody></table></div>");

    /// <summary>A row's head.</summary>
    public static Markup Head(string text, string below = "") =>
        HtmlWriter.Of($"<th scope=\"row\">{text}{(below.Length > 0 ? HtmlWriter.Of($"<small>{below}</small>") : Markup.None)}</th>");

    /// <summary>A share in percent, its interval below it and, where asked for, of how many cases.</summary>
    public static Markup Share(Estimate? estimate, bool cases = false) =>
        estimate is null
            ? HtmlWriter.Of($"<td>{Figures.None}</td>")
            : HtmlWriter.Of(
                $"<td>{Figures.Percent(estimate.Value)}<small>{(estimate.Interval is { } i ? $"[{Figures.Percent(i.Low)}, {Figures.Percent(i.High)}]" : "")}</small>{(cases ? HtmlWriter.Of($"<small>of {Figures.Count(estimate.Count)}</small>") : Markup.None)}</td>"
            );

    /// <summary>A difference in points, its interval below it.</summary>
    public static Markup Points(Estimate? difference) =>
        difference is null
            ? HtmlWriter.Of($"<td>{Figures.None}</td>")
            : HtmlWriter.Of(
                $"<td>{Figures.Signed(100 * difference.Value)}<small>{(difference.Interval is { } i ? $"[{Figures.Signed(100 * i.Low)}, {Figures.Signed(100 * i.High)}]" : "")}</small></td>"
            );

    /// <summary>A plain number, its interval below it.</summary>
    public static Markup Number(Estimate? estimate, int decimals) =>
        estimate is null
            ? HtmlWriter.Of($"<td>{Figures.None}</td>")
            : HtmlWriter.Of(
                $"<td>{Figures.Number(estimate.Value, decimals)}<small>{(estimate.Interval is { } i ? $"[{Figures.Number(i.Low, decimals)}, {Figures.Number(i.High, decimals)}]" : "")}</small></td>"
            );
}
