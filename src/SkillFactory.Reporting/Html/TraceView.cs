using System.Text.RegularExpressions;
using SkillFactory.Grading;

namespace SkillFactory.Reporting.Html;

/// <summary>A response with its tags coloured. Written as one flat row of spans, so that no response, however malformed, can break the
/// page.</summary>
internal static partial class TraceView
{
    public static Markup Draw(string response)
    {
        var html = new HtmlWriter().Add("<pre class=\"trace\">");
        var (block, inner, at) = ("", "", 0);
        foreach (Match match in TagPattern().Matches(response))
        {
            Piece(html, response[at..match.Index], block, inner);
            var (closing, tag) = (match.Groups[1].Length > 0, match.Groups[2].Value);
            var isBlock = tag is Tags.Sample or Tags.Reflect;
            block = isBlock && !closing ? tag : block;
            html.Add($"<span class=\"tag{ClassOf(block)}\">{match.Value}</span>");
            inner =
                closing ? ""
                : tag is Tags.Answer or Tags.Verdict ? tag
                : inner;
            block = (isBlock || tag == Tags.Think) && closing ? "" : block;
            at = match.Index + match.Length;
        }

        Piece(html, response[at..], block, inner);
        return html.Add("</pre>").ToMarkup();
    }

    private static void Piece(HtmlWriter html, string text, string block, string inner)
    {
        if (text.Length == 0)
        {
            return;
        }

        var said =
            inner == Tags.Verdict
                ? Tags.ParseVerdict(text) switch
                {
                    true => " said-correct",
                    false => " said-incorrect",
                    null => "",
                }
                : "";
        var css = ((inner == Tags.Answer ? " in-answer" : ClassOf(block)) + said).Trim();
        html.Add(css.Length == 0 ? HtmlWriter.Of($"{text}") : HtmlWriter.Of($"<span class=\"{css}\">{text}</span>"));
    }

    private static string ClassOf(string block) =>
        block switch
        {
            Tags.Sample => " in-sample",
            Tags.Reflect => " in-reflect",
            _ => "",
        };

    [GeneratedRegex("<(/?)(think|sample|reflect|answer|verdict)>")]
    private static partial Regex TagPattern();
}
