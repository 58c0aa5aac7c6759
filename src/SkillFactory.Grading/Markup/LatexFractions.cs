using System.Text;

namespace SkillFactory.Grading.Markup;

/// <summary>Rewrites LaTeX fractions with a slash.</summary>
internal static class LatexFractions
{
    /// <summary>Deepest nesting that is rewritten. Deeper fractions stay as they are.</summary>
    private const int MaxDepth = 32;

    private static readonly string[] Commands = [@"\frac", @"\dfrac", @"\tfrac", @"\cfrac"];

    /// <summary>\frac{a}{b} and \frac12 become ((a)/(b)) and ((1)/(2)), also inside each other. An argument is a group in braces or one
    /// digit, as in TeX.</summary>
    public static string WithSlashes(string text)
    {
        if (!text.Contains("frac", StringComparison.Ordinal))
        {
            return text;
        }

        var result = new StringBuilder(text.Length);
        Append(result, text, 0, text.Length, Braces.Pairs(text), 0);
        return result.ToString();
    }

    private static void Append(StringBuilder result, string text, int at, int end, IReadOnlyDictionary<int, int> pairs, int depth)
    {
        while (at < end)
        {
            if (
                text[at] == '\\'
                && depth < MaxDepth
                && Commands.FirstOrDefault(c => string.CompareOrdinal(text, at, c, 0, c.Length) == 0) is { } command
                && Argument(text, at + command.Length, end, pairs) is { } top
                && Argument(text, top.Next, end, pairs) is { } bottom
            )
            {
                result.Append("((");
                Append(result, text, top.From, top.To, pairs, depth + 1);
                result.Append(")/(");
                Append(result, text, bottom.From, bottom.To, pairs, depth + 1);
                result.Append("))");
                at = bottom.Next;
            }
            else
            {
                result.Append(text[at++]);
            }
        }
    }

    private static (int From, int To, int Next)? Argument(string text, int at, int end, IReadOnlyDictionary<int, int> pairs)
    {
        while (at < end && char.IsWhiteSpace(text[at]))
        {
            at++;
        }

        return at >= end ? null
            : char.IsAsciiDigit(text[at]) ? (at, at + 1, at + 1)
            : pairs.TryGetValue(at, out var close) && close < end ? (at + 1, close, close + 1)
            : null;
    }
}
