using System.Globalization;
using System.Text;
using SkillFactory.Tokenization.Characters;

namespace SkillFactory.Tokenization.Templates;

/// <summary>Python's strings: positions count code points, white space and case follow Python's rules.</summary>
internal static class PythonText
{
    private const int CapitalSigma = 0x3a3;
    private const string FinalSigma = "\u03c2",
        Sigma = "\u03c3";

    /// <summary>Characters besides marks, formats, modifiers that the case of a word ignores (Word_Break MidLetter, MidNumLet,
    /// Single_Quote).</summary>
    private const string CaseIgnorable = "'.:\u00b7\u0387\u055f\u05f4\u2018\u2019\u2024\u2027\ufe13\ufe52\ufe55\uff07\uff0e\uff1a";

    /// <summary>Whether <c>str.isspace</c> holds: white space of Unicode and the four separators from U+001C on.</summary>
    public static bool IsSpace(char c) => char.IsWhiteSpace(c) || c is >= '\u001c' and <= '\u001f';

    public static int Length(string text) => text.AsSpan().ContainsAnyInRange('\ud800', '\udfff') ? Points(text).Count : text.Length;

    /// <summary>The code points, each as text.</summary>
    public static List<string> Points(string text)
    {
        var points = new List<string>(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var length = char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]) ? 2 : 1;
            points.Add(text.Substring(i, length));
            i += length - 1;
        }

        return points;
    }

    /// <summary>Code points before a position in UTF-16 units; -1 stays -1.</summary>
    public static long PointsBefore(string text, int units) => units < 0 ? -1 : Length(text[..units]);

    public static int Compare(string a, string b)
    {
        var (x, y) = (a.EnumerateRunes(), b.EnumerateRunes());
        while (true)
        {
            var (more, other) = (x.MoveNext(), y.MoveNext());
            if (!more || !other)
            {
                return more.CompareTo(other);
            }

            if (x.Current != y.Current)
            {
                return x.Current.CompareTo(y.Current);
            }
        }
    }

    /// <summary>Without white space, or without the given characters, at the start and at the end.</summary>
    public static string Strip(string text, string? characters, bool start, bool end)
    {
        var points = Points(text);
        var set = characters is null ? null : Points(characters).ToHashSet(StringComparer.Ordinal);
        var (first, last) = (0, points.Count);
        while (start && first < last && Goes(points[first]))
        {
            first++;
        }

        while (end && last > first && Goes(points[last - 1]))
        {
            last--;
        }

        return string.Concat(points[first..last]);

        bool Goes(string point) => set?.Contains(point) ?? (point.Length == 1 && IsSpace(point[0]));
    }

    /// <summary>The words between white space; after <paramref name="most"/> cuts the rest stays whole.</summary>
    public static List<string> Words(string text, long most)
    {
        var words = new List<string>();
        for (var i = 0; ; )
        {
            while (i < text.Length && IsSpace(text[i]))
            {
                i++;
            }

            if (i == text.Length)
            {
                return words;
            }

            if (most >= 0 && words.Count == most)
            {
                words.Add(text[i..]);
                return words;
            }

            var start = i;
            while (i < text.Length && !IsSpace(text[i]))
            {
                i++;
            }

            words.Add(text[start..i]);
        }
    }

    /// <summary>The parts between separators; at most <paramref name="most"/> cuts, from the left or from the right.</summary>
    public static List<string> Split(string text, string separator, long most, bool fromRight)
    {
        var parts = text.Split(separator).ToList();
        if (most >= 0 && parts.Count - 1 > most)
        {
            var kept = (int)most;
            parts = fromRight
                ? [string.Join(separator, parts[..^kept]), .. parts[^kept..]]
                : [.. parts[..kept], string.Join(separator, parts[kept..])];
        }

        return parts;
    }

    public static List<string> Lines(string text)
    {
        var lines = new List<string>();
        for (var start = 0; start < text.Length; )
        {
            var end = start;
            while (
                end < text.Length
                && text[end] is not ((>= '\n' and <= '\r') or (>= '\u001c' and <= '\u001e') or '\u0085' or '\u2028' or '\u2029')
            )
            {
                end++;
            }

            lines.Add(text[start..end]);
            start = end + (end + 1 < text.Length && text[end] == '\r' && text[end + 1] == '\n' ? 2 : 1);
        }

        return lines;
    }

    /// <param name="most">Number of occurrences to replace; negative for all.</param>
    public static string Replace(string text, string from, string to, long most)
    {
        if (from.Length == 0)
        {
            var points = Points(text);
            var count = most < 0 ? points.Count + 1 : Math.Min(most, points.Count + 1);
            return string.Concat(points.Select((p, i) => i < count ? to + p : p)) + (points.Count < count ? to : "");
        }

        return most < 0 ? text.Replace(from, to, StringComparison.Ordinal) : string.Join(to, Split(text, from, most, fromRight: false));
    }

    public static string Upper(string text) => string.Concat(text.EnumerateRunes().Select(r => CaseMapping.Upper(r.Value)));

    public static string Lower(string text)
    {
        var lower = new StringBuilder(text.Length);
        var runes = text.EnumerateRunes().ToArray();
        for (var i = 0; i < runes.Length; i++)
        {
            lower.Append(
                runes[i].Value != CapitalSigma ? CaseMapping.Lower(runes[i].Value)
                : EndsWord(runes, i) ? FinalSigma
                : Sigma
            );
        }

        return lower.ToString();
    }

    public static string Capitalize(string text)
    {
        var runes = text.EnumerateRunes().ToArray();
        return runes.Length == 0 ? "" : CaseMapping.Title(runes[0].Value) + Lower(text)[CaseMapping.Lower(runes[0].Value).Length..];
    }

    /// <summary><c>str.title</c>: a letter is capital unless a cased character is before it.</summary>
    public static string Title(string text)
    {
        var title = new StringBuilder(text.Length);
        var runes = text.EnumerateRunes().ToArray();
        var inWord = false;
        for (var i = 0; i < runes.Length; i++)
        {
            title.Append(
                !inWord ? CaseMapping.Title(runes[i].Value)
                : runes[i].Value == CapitalSigma && EndsWord(runes, i) ? FinalSigma
                : CaseMapping.Lower(runes[i].Value)
            );
            inWord = IsCased(runes[i]);
        }

        return title.ToString();
    }

    /// <summary><c>str.isupper</c>: there is a capital letter and no cased character of another kind.</summary>
    public static bool IsUpper(string text) => IsAll(text, "upper");

    /// <summary><c>str.islower</c>, likewise.</summary>
    public static bool IsLower(string text) => IsAll(text, "lower");

    private static bool IsAll(string text, string kind)
    {
        var cased = text.EnumerateRunes().Where(IsCased).ToList();
        return cased.Count > 0 && cased.All(r => CharacterSets.Posix[kind].Contains(r.Value));
    }

    private static bool IsCased(Rune rune) =>
        Rune.GetUnicodeCategory(rune) == UnicodeCategory.TitlecaseLetter
        || CharacterSets.Posix["lower"].Contains(rune.Value)
        || CharacterSets.Posix["upper"].Contains(rune.Value);

    /// <summary>Whether a sigma has a cased character before it and none after it.</summary>
    private static bool EndsWord(Rune[] runes, int at) =>
        runes.AsSpan(0, at).ToArray().Reverse().SkipWhile(Ignorable).Take(1).Any(IsCased)
        && !runes.Skip(at + 1).SkipWhile(Ignorable).Take(1).Any(IsCased);

    private static bool Ignorable(Rune rune) =>
        (rune.IsBmp && CaseIgnorable.Contains((char)rune.Value, StringComparison.Ordinal))
        || Rune.GetUnicodeCategory(rune)
            is UnicodeCategory.NonSpacingMark
                or UnicodeCategory.EnclosingMark
                or UnicodeCategory.Format
                or UnicodeCategory.ModifierLetter
                or UnicodeCategory.ModifierSymbol;
}
