using System.Text.RegularExpressions;

namespace SkillFactory.Grading.Markup;

/// <summary>The infix commands of plain TeX: {a \over b} and {n \choose k}.</summary>
internal static partial class InfixCommands
{
    /// <summary>Most commands that are rewritten.</summary>
    private const int MaxCommands = 32;

    /// <summary>{a \over b} becomes {\frac{a}{b}}, and {n \choose k} becomes {\binom{n}{k}}. Without braces around it a command takes the
    /// whole text.</summary>
    public static string Rewritten(string text)
    {
        for (var count = 0; count < MaxCommands && CommandPattern().Match(text) is { Success: true } command; count++)
        {
            var after = command.Index + command.Length;
            var group = Braces.Pairs(text).Where(p => p.Key < command.Index && p.Value >= after).OrderBy(p => p.Value - p.Key).ToList();
            var (start, end) = group.Count > 0 ? (group[0].Key + 1, group[0].Value) : (0, text.Length);
            var name = command.Groups["name"].Value == "over" ? @"\frac" : @"\binom";
            text = $"{text[..start]}{name}{{{text[start..command.Index]}}}{{{text[after..end]}}}{text[end..]}";
        }

        return text;
    }

    [GeneratedRegex(@"\\(?<name>over|choose)(?![A-Za-z])")]
    private static partial Regex CommandPattern();
}
