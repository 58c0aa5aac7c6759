using System.Globalization;
using SkillFactory.Tokenization.Characters;

namespace SkillFactory.Tokenization.Patterns;

/// <summary>Reads what follows a backslash and means the same within brackets and outside.</summary>
internal readonly struct EscapeReader(PatternCursor cursor)
{
    /// <summary>The set of a class escape (<c>\d \s \h \w \p{…}</c> and their opposites); null, and nothing read, at any other
    /// escape.</summary>
    public CodePointSet? Set(int start)
    {
        var at = cursor.At;
        switch (cursor.Take())
        {
            case 'd':
                return CharacterSets.Digit;
            case 'D':
                return ~CharacterSets.Digit;
            case 's':
                return CharacterSets.Space;
            case 'S':
                return ~CharacterSets.Space;
            case 'h':
                return CharacterSets.HexDigit;
            case 'H':
                return ~CharacterSets.HexDigit;
            case 'w':
                return CharacterSets.Word;
            case 'W':
                return ~CharacterSets.Word;
            case 'p':
                return Property(negated: false, start);
            case 'P':
                return Property(negated: true, start);
            default:
                cursor.Return(at);
                return null;
        }
    }

    /// <summary>The code point of any other escape.</summary>
    public int Point(int start)
    {
        var next = cursor.Take();
        switch (next)
        {
            case 't':
                return '\t';
            case 'n':
                return '\n';
            case 'r':
                return '\r';
            case 'f':
                return '\f';
            case 'v':
                return '\v';
            case 'a':
                return '\a';
            case 'e':
                return 0x1b;
            case 'x':
                // Two digits are a byte, and a byte from 80 on is only a part of a character.
                return cursor.Take("{") ? Number(cursor.TakeUntil('}') ?? "", start)
                    : Number(cursor.TakeDigits(2, hexadecimal: true), start) is < 0x80 and var ascii ? ascii
                    : throw cursor.Refuse($"the byte '{cursor.Since(start)}'", start);
            case 'u':
                return cursor.TakeDigits(4, hexadecimal: true) is { Length: 4 } digits
                    ? Number(digits, start)
                    : throw cursor.Refuse("an escape '\\u' without four digits", start);
            case >= '0' and <= '9':
                throw cursor.Refuse($"the backreference or octal number '\\{(char)next}'", start);
            case (>= 'a' and <= 'z') or (>= 'A' and <= 'Z'):
                throw cursor.Refuse($"the escape '\\{(char)next}'", start);
            default:
                return next;
        }
    }

    private CodePointSet Property(bool negated, int start)
    {
        if (!cursor.Take("{") || cursor.TakeUntil('}') is not { } name)
        {
            throw cursor.Refuse("a property without braces", start);
        }

        if (name.StartsWith('^'))
        {
            (negated, name) = (!negated, name[1..]);
        }

        var set = CharacterSets.Named(name) ?? throw cursor.Refuse($"the property '{cursor.Since(start)}'", start);
        return negated ? ~set : set;
    }

    private int Number(string digits, int start) =>
        int.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var point)
        && point is >= 0 and <= CodePointSet.Last and not (>= 0xd800 and <= 0xdfff)
            ? point
            : throw cursor.Refuse($"the code point '{cursor.Since(start)}'", start);
}
