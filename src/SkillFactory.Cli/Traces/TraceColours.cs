using System.Text;
using System.Text.RegularExpressions;
using SkillFactory.Grading;

namespace SkillFactory.Cli.Traces;

/// <summary>Colours a response by the method's tags. The text is not changed.</summary>
internal static partial class TraceColours
{
    private const string Reset = "\e[0m";

    /// <summary>Terminal attributes of each tag and of the text directly inside it.</summary>
    private static readonly Dictionary<string, string> Styles = new()
    {
        [Tags.Think] = "\e[2m",
        [Tags.Sample] = "\e[34m",
        [Tags.Reflect] = "\e[33m",
        [Tags.Answer] = "\e[32m",
        [Tags.Verdict] = "\e[1m",
    };

    /// <summary>The response with ANSI colours. The innermost open tag decides the colour. A closing tag without an opening tag is not
    /// coloured; a closing tag also closes the open tags inside its span.</summary>
    public static string Paint(string response)
    {
        var painted = new StringBuilder();
        var open = new Stack<string>();
        var at = 0;
        foreach (var tag in TagPattern().EnumerateMatches(response))
        {
            var text = response.Substring(tag.Index, tag.Length);
            Append(painted, response[at..tag.Index], open);
            at = tag.Index + tag.Length;
            var name = text.Trim('<', '/', '>');
            if (text[1] != '/')
            {
                open.Push(name);
                Append(painted, text, open);
                continue;
            }

            var known = open.Contains(name);
            while (known && open.Peek() != name)
            {
                open.Pop();
            }

            // A closing tag has the colour of its span, an unmatched one that of the text around it.
            Append(painted, text, open);
            if (known)
            {
                open.Pop();
            }
        }

        Append(painted, response[at..], open);
        return painted.ToString();
    }

    private static void Append(StringBuilder painted, string text, Stack<string> open)
    {
        if (text.Length > 0 && open.TryPeek(out var tag))
        {
            painted.Append(Styles[tag]).Append(text).Append(Reset);
        }
        else
        {
            painted.Append(text);
        }
    }

    [GeneratedRegex("</?(think|sample|reflect|answer|verdict)>")]
    private static partial Regex TagPattern();
}
