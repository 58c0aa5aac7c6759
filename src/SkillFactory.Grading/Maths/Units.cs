namespace SkillFactory.Grading.Maths;

/// <summary>Units of measure that a number may carry. A unit says nothing about the number, so it is not compared, unless both sides name
/// one and they are different ones.</summary>
internal static class Units
{
    private static readonly Dictionary<string, string> Names = Table(
        "mm millimeter millimeters millimetre millimetres",
        "cm centimeter centimeters centimetre centimetres",
        "m meter meters metre metres",
        "km kilometer kilometers kilometre kilometres",
        "in inch inches",
        "ft foot feet",
        "yd yard yards",
        "mi mile miles",
        "mg milligram milligrams",
        "g gram grams",
        "kg kilogram kilograms",
        "lb lbs pound pounds",
        "oz ounce ounces",
        "ml milliliter milliliters",
        "l liter liters litre litres",
        "s sec second seconds",
        "min mins minute minutes",
        "h hr hrs hour hours",
        "day days",
        "week weeks",
        "month months",
        "year years",
        "cent cents",
        "dollar dollars usd",
        "radian radians rad",
        "mph",
        "kph",
        "gallon gallons",
        "quart quarts",
        "cup cups"
    );

    private static readonly HashSet<string> TooShort = ["m", "g", "l", "s", "h", "in", "min"];

    /// <summary>The unit's own name, or null when the word is no unit that is known. Single letters are variables, unless they stand in
    /// \text.</summary>
    public static string? Known(string word) => TooShort.Contains(word) ? null : Of(word);

    public static string? Of(string word) => Names.GetValueOrDefault(word.ToUpperInvariant());

    private static Dictionary<string, string> Table(params string[] lines)
    {
        var table = new Dictionary<string, string>();
        foreach (var line in lines)
        {
            var words = line.Split(' ');
            foreach (var word in words)
            {
                table[word.ToUpperInvariant()] = words[0];
            }
        }

        return table;
    }
}
