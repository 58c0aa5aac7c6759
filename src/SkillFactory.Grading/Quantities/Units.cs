namespace SkillFactory.Grading.Quantities;

/// <summary>Units of measure. Units are compared only when both answers have a known one.</summary>
internal static class Units
{
    /// <summary>Known, but not compared: "12 square units" is 12 cm².</summary>
    public const string Generic = "unit";

    public const string Degree = "deg";

    private static readonly Dictionary<string, string> Names = Table(
        "mm millimeter millimeters millimetre millimetres",
        "cm centimeter centimeters centimetre centimetres",
        "m meter meters metre metres",
        "km kilometer kilometers kilometre kilometres kms",
        "in inch inches",
        "ft foot feet",
        "yd yard yards",
        "mi mile miles",
        "mg milligram milligrams",
        "g gram grams",
        "kg kilogram kilograms kilo kilos kgs",
        "lb lbs pound pounds",
        "oz ounce ounces",
        "ton tons",
        "tonne tonnes",
        "ml milliliter milliliters millilitre millilitres",
        "l liter liters litre litres",
        "s sec secs second seconds",
        "min mins minute minutes",
        "h hr hrs hour hours",
        "day days",
        "week weeks",
        "month months",
        "year years yr yrs",
        "cent cents",
        "dollar dollars usd bucks",
        "euro euros eur",
        "rad radian radians",
        "deg degree degrees",
        "mi/h mph",
        "km/h kph kmh",
        "gallon gallons",
        "quart quarts",
        "pint pints",
        "cup cups",
        "acre acres",
        "hectare hectares ha",
        "N newton newtons",
        "J joule joules",
        "W watt watts",
        "V volt volts",
        "Hz hertz",
        "Pa pascal pascals",
        "unit units"
    );

    /// <summary>Units that are letters or words of mathematics, so that only their place shows that they are units.</summary>
    private static readonly HashSet<string> Short = ["m", "g", "l", "L", "s", "h", "in"];

    private static readonly HashSet<string> Ambiguous = [.. Short, "min", "sec", "ha", "Hz", "Pa", "eur", "N", "J", "W", "V"];

    /// <summary>The canonical name of a unit, or null when the word is not a known unit. Units of one letter are case-sensitive.</summary>
    public static string? Of(string word) =>
        word == "L" ? "l"
        : Names.GetValueOrDefault(word) is { } exact ? exact
        : word.Length > 1 ? Names.GetValueOrDefault(word.ToLowerInvariant())
        : null;

    /// <summary>Whether a word is a unit that could as well be a product of variables, or "in".</summary>
    public static bool IsShort(string word) => Short.Contains(word);

    /// <summary>Whether a word means the unit wherever it is written, so that it is no product of variables.</summary>
    public static bool IsUnambiguous(string word) => Names.ContainsKey(word) && !Ambiguous.Contains(word);

    /// <summary>Whether two units exclude each other. Degrees are compatible with degrees of any scale.</summary>
    public static bool Differ(string? a, string? b) =>
        a is not null
        && b is not null
        && a != b
        && !(a == Degree && b.StartsWith(Degree, StringComparison.Ordinal))
        && !(b == Degree && a.StartsWith(Degree, StringComparison.Ordinal));

    private static Dictionary<string, string> Table(params string[] lines)
    {
        var table = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in lines)
        {
            var words = line.Split(' ');
            foreach (var word in words.Where(w => !w.Contains('/', StringComparison.Ordinal)))
            {
                table[word] = words[0];
            }
        }

        return table;
    }
}
