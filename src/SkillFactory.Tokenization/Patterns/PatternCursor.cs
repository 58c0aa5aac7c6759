using System.Globalization;
using System.Text;
using SkillFactory.Primitives.Errors;
using SkillFactory.Tokenization.Characters;

namespace SkillFactory.Tokenization.Patterns;

/// <summary>The code points of a pattern and the position in them.</summary>
/// <param name="pattern">The regular expression.</param>
/// <param name="key">The file and the key that hold it, for error messages.</param>
internal sealed class PatternCursor(string pattern, string key)
{
    private readonly int[] _points = [.. pattern.EnumerateRunes().Select(r => r.Value)];

    public int At { get; private set; }

    public bool IsAtEnd => At >= _points.Length;

    /// <summary>The next code point; -1 at the end.</summary>
    public int Next => IsAtEnd ? -1 : _points[At];

    public int Take() => IsAtEnd ? throw Refuse("an end within a construct", At) : _points[At++];

    public bool Take(string text)
    {
        var there = StartsWith(text);
        At += there ? text.Length : 0;
        return there;
    }

    public void Expect(string text)
    {
        if (!Take(text))
        {
            throw Refuse(IsAtEnd ? $"a missing '{text}'" : $"'{Rune(Next)}' where '{text}' is expected", At);
        }
    }

    /// <summary>The ASCII text up to <paramref name="end"/>, which is taken too; null, and nothing taken, when it does not
    /// follow.</summary>
    public string? TakeUntil(char end)
    {
        var close = Array.IndexOf(_points, end, At);
        if (close < 0)
        {
            return null;
        }

        var text = Text(At, close);
        At = close + 1;
        return text;
    }

    /// <summary>Up to <paramref name="most"/> digits; "" when there is none.</summary>
    public string TakeDigits(int most, bool hexadecimal = false)
    {
        var start = At;
        while (At - start < most && (hexadecimal ? CharacterSets.HexDigit.Contains(Next) : Next is >= '0' and <= '9'))
        {
            At++;
        }

        return Text(start, At);
    }

    /// <summary>Goes back to an earlier position.</summary>
    public void Return(int at) => At = at;

    public bool StartsWith(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (At + i >= _points.Length || _points[At + i] != text[i])
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether <paramref name="point"/> occurs at or after the position.</summary>
    public bool HasAhead(int point) => Array.IndexOf(_points, point, At) >= 0;

    public string Since(int start) => Text(start, At);

    /// <summary>The error for a construct that is not supported or malformed.</summary>
    public UserErrorException Refuse(string construct, int start) =>
        new(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{key}: the pattern '{pattern}' has {construct} (character {start + 1}), which is not supported"
            )
        );

    public static string Rune(int point) => System.Text.Rune.IsValid(point) ? new Rune(point).ToString() : $"U+{point:X4}";

    private string Text(int start, int end) => string.Concat(_points[start..end].Select(Rune));
}
