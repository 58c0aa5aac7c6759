namespace SkillFactory.Grading.Markup;

/// <summary>Fractions that are one character: ½, ⅔.</summary>
internal static class VulgarFractions
{
    private static readonly Dictionary<char, (int Above, int Below)> Values = new()
    {
        ['½'] = (1, 2),
        ['⅓'] = (1, 3),
        ['⅔'] = (2, 3),
        ['¼'] = (1, 4),
        ['¾'] = (3, 4),
        ['⅕'] = (1, 5),
        ['⅖'] = (2, 5),
        ['⅗'] = (3, 5),
        ['⅘'] = (4, 5),
        ['⅙'] = (1, 6),
        ['⅚'] = (5, 6),
        ['⅐'] = (1, 7),
        ['⅛'] = (1, 8),
        ['⅜'] = (3, 8),
        ['⅝'] = (5, 8),
        ['⅞'] = (7, 8),
        ['⅑'] = (1, 9),
        ['⅒'] = (1, 10),
    };

    /// <summary>Numerator and denominator, or null for any other character.</summary>
    public static (int Above, int Below)? Of(char c) => Values.TryGetValue(c, out var value) ? value : null;
}
