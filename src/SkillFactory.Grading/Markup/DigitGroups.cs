using System.Text.RegularExpressions;

namespace SkillFactory.Grading.Markup;

/// <summary>Numbers whose digits are written in groups of three: 56,088, 56{,}088, 56\,088, 56,\! 088 and thin spaces.</summary>
internal static partial class DigitGroups
{
    private const string Spacing = @"(?:\\[!,:;> ]\s*)";
    private const string Separator = $@"(?:(?:,|\{{,\}}){Spacing}*|{Spacing}+|[\u00A0\u2007\u2009\u202F'’])";

    /// <summary>Removes the separators of all grouped numbers.</summary>
    public static string Join(string text) => GroupedPattern().Replace(text, number => DigitPattern().Replace(number.Value, ""));

    /// <summary>Finds a separator and a group of three digits at a position.</summary>
    /// <param name="end">Index after the group.</param>
    /// <param name="isList">Whether the separator may also separate the items of a list: "1,234" may be two numbers.</param>
    public static bool TryRead(string text, int at, out int end, out bool isList)
    {
        var group = GroupPattern().Match(text, at);
        end = at + group.Length;
        isList = group.Success && group.Value[0] == ',' && !group.Value.Contains('!', StringComparison.Ordinal);
        return group.Success;
    }

    [GeneratedRegex($@"(?<![0-9.,])[1-9][0-9]{{0,2}}(?:{Separator}[0-9]{{3}})+(?!,?[0-9])")]
    private static partial Regex GroupedPattern();

    [GeneratedRegex($@"\G{Separator}[0-9]{{3}}(?![0-9])")]
    private static partial Regex GroupPattern();

    [GeneratedRegex("[^0-9]+")]
    private static partial Regex DigitPattern();
}
