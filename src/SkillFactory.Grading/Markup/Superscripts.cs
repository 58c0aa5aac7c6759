using System.Text.RegularExpressions;

namespace SkillFactory.Grading.Markup;

/// <summary>Powers written with superscript characters: 5², 10⁻³.</summary>
internal static partial class Superscripts
{
    private const string Digits = "⁰¹²³⁴⁵⁶⁷⁸⁹";

    /// <summary>Rewrites 10⁻³ as 10^{-3}.</summary>
    public static string WithCarets(string text) => SuperscriptPattern().Replace(text, m => $"^{{{string.Concat(m.Value.Select(Plain))}}}");

    private static char Plain(char c) =>
        c switch
        {
            '⁻' => '-',
            '⁺' => '+',
            _ => (char)('0' + Digits.IndexOf(c, StringComparison.Ordinal)),
        };

    [GeneratedRegex("[⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+")]
    private static partial Regex SuperscriptPattern();
}
