using System.Globalization;

namespace SkillFactory.Tokenization.Characters;

/// <summary>Reads the tables of Unicode that are embedded in this assembly. Results must depend neither on the machine's ICU nor on its
/// culture.</summary>
internal static class CharacterData
{
    /// <summary>The words of each line of a table, without comments.</summary>
    public static IEnumerable<string[]> Lines(string table)
    {
        using var stream = typeof(CharacterData).Assembly.GetManifestResourceStream($"{typeof(CharacterData).Namespace}.Data.{table}.txt")!;
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            if (!line.StartsWith('#'))
            {
                yield return line.Split(' ');
            }
        }
    }

    /// <summary>A range "first-last" or a single code point.</summary>
    public static (int First, int Last) Range(string text) =>
        text.Split('-') is [var first, var last] ? (Hex(first), Hex(last)) : (Hex(text), Hex(text));

    public static int Hex(ReadOnlySpan<char> digits) => int.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
