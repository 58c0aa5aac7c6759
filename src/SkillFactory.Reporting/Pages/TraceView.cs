using System.Text.RegularExpressions;
using SkillFactory.Grading;

namespace SkillFactory.Reporting.Pages;

/// <summary>Shows a response with coloured tags. The markup is a flat sequence of spans, so that a malformed response cannot break the
/// page.</summary>
internal static partial class TraceView
{
    public static Markup Draw(string response)
    {
        var html = new HtmlWriter().Add("<pre class=\"trace\">");
        var (block, inner, position) = ("", "", 0);
        foreach (Match match in TagPattern().Matches(response))
        {
            AddText(html, response[position..match.Index], block, inner);
            var (closing, tag) = (match.Groups[1].Length > 0, match.Groups[2].Value);
            var isBlock = tag is Tags.Sample or Tags.Reflect;
            block = isBlock && !closing ? tag : block;
            html.Add($"<span class=\"tag{ClassOf(block)}\">{match.Value}</span>");
            inner =
                closing ? ""
                : tag is Tags.Answer or Tags.Verdict ? tag
                : inner;
            block = (isBlock || tag == Tags.Think) && closing ? "" : block;
            position = match.Index + match.Length;
        }

        AddText(html, response[position..], block, inner);
        return html.Add("</pre>").ToMarkup();
    }

    private static void AddText(HtmlWriter html, string text, string block, string inner)
    {
        if (text.Length == 0)
        {
            return;
        }

        var verdictClass =
            inner == Tags.Verdict
                ? Tags.ParseVerdict(text) switch
                {
                    true => " said-correct",
                    false => " said-incorrect",
                    null => "",
                }
                : "";
        var css = ((inner == Tags.Answer ? " in-answer" : ClassOf(block)) + verdictClass).Trim();
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
