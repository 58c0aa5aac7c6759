using System.Text.RegularExpressions;
using SkillFactory.Grading;

namespace SkillFactory.Reporting.Pages;

/// <summary>Shows a response with coloured tags; every attempt and every reflection begins on its own line. The markup is a flat sequence
/// of spans, so that a malformed response cannot break the page.</summary>
internal static partial class TraceView
{
    /// <summary>What the colours mean.</summary>
    public static Markup Legend { get; } =
        new HtmlWriter()
            .Add(
                "<span class=\"key\"><span class=\"in-sample\">attempt</span> <span class=\"in-answer\">answer</span> "
                    + "<span class=\"in-reflect\">reflection</span> verdict <span class=\"said-correct\">Correct</span> or "
                    + "<span class=\"said-incorrect\">Incorrect</span></span>"
            )
            .ToMarkup();

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
            var isStart = isBlock && !closing && match.Index > 0 && response[match.Index - 1] != '\n';
            html.Add($"<span class=\"tag{ClassOf(block)}{(isStart ? " start" : "")}\">{match.Value}</span>");
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
