using System.Numerics;
using SkillFactory.Grading.Markup;
using SkillFactory.Grading.Quantities;

namespace SkillFactory.Grading.Maths;

/// <summary>Reads one number: 1,234 and 1{,}234, 0.1\overline{6}, 1.5e-3.</summary>
/// <param name="text">The whole text.</param>
/// <param name="at">Index of the first character of the number.</param>
/// <param name="thousands">Whether "1,234" is one number; otherwise it is two numbers and a comma.</param>
internal sealed class MathNumberReader(string text, int at, bool thousands)
{
    private const int MaxDigits = 4000;

    private int _at = at;

    /// <summary>Index of the next character to read.</summary>
    public int At => _at;

    /// <summary>Reads the number.</summary>
    /// <returns>The digits as written, empty when the number has an exponent; and the value.</returns>
    /// <exception cref="MathSyntaxException">An overline covers something other than digits.</exception>
    /// <exception cref="LimitExceededException">The number is too long or too large.</exception>
    public (string Written, Rational Value) Read()
    {
        var start = _at;
        var digits = Digits();
        if (digits is [not '0', ..] and { Length: <= 3 })
        {
            digits += Groups();
        }

        var places = "";
        if (_at < text.Length && text[_at] == '.' && (_at + 1 == text.Length || !char.IsLetter(text[_at + 1])))
        {
            _at++;
            places = Digits();
        }

        var written = text[start.._at];
        var value = Decimal(digits, places) + Repeating(digits, places);
        if (_at + 1 < text.Length && text[_at] is 'e' or 'E' && Exponent() is { } exponent)
        {
            if (Math.Abs(exponent) > NumericAnswer.MaxExponent)
            {
                throw new LimitExceededException($"the exponent {exponent}, of at most {NumericAnswer.MaxExponent}");
            }

            value *= exponent >= 0 ? BigInteger.Pow(10, exponent) : (Rational)1 / BigInteger.Pow(10, -exponent);
            written = "";
        }

        return (written, value);
    }

    private string Digits()
    {
        var start = _at;
        while (_at < text.Length && char.IsAsciiDigit(text[_at]))
        {
            _at++;
        }

        return _at - start <= MaxDigits ? text[start.._at] : throw new LimitExceededException($"a number of more than {MaxDigits} digits");
    }

    /// <summary>The digits of the groups of three that follow.</summary>
    private string Groups()
    {
        var digits = "";
        while (DigitGroups.TryRead(text, _at, out var end, out var isList))
        {
            if (isList && !thousands)
            {
                // A list has no items such as 000.
                return text[end - 3] == '0' ? throw new MathSyntaxException("digits in groups") : digits;
            }

            digits += text[(end - 3)..end];
            _at = end;
        }

        return digits;
    }

    private static Rational Decimal(string digits, string places) =>
        (Rational)BigInteger.Parse("0" + digits + places) / BigInteger.Pow(10, places.Length);

    /// <summary>The value that the repeating digits of 0.1\overline{6} add.</summary>
    private Rational Repeating(string digits, string places)
    {
        const string Overline = @"\overline{";
        if (
            (places.Length == 0 && (_at == 0 || text[_at - 1] != '.'))
            || string.CompareOrdinal(text, _at, Overline, 0, Overline.Length) != 0
        )
        {
            return 0;
        }

        _at += Overline.Length;
        var repeated = Digits();
        if (repeated.Length == 0 || _at >= text.Length || text[_at] != '}')
        {
            throw new MathSyntaxException("an overline over something else than digits");
        }

        _at++;
        return (Rational)BigInteger.Parse(repeated) / ((BigInteger.Pow(10, repeated.Length) - 1) * BigInteger.Pow(10, places.Length));
    }

    /// <summary>The exponent of 1.5e-3, or null when the e is not an exponent mark.</summary>
    private int? Exponent()
    {
        var at = _at + 1;
        var negative = text[at] == '-';
        at += text[at] is '-' or '+' ? 1 : 0;
        var start = at;
        while (at < text.Length && char.IsAsciiDigit(text[at]))
        {
            at++;
        }

        if (at == start || (at < text.Length && char.IsLetter(text[at])))
        {
            return null;
        }

        var digits = text.AsSpan(start, at - start);
        _at = at;
        return int.TryParse(digits, out var value)
            ? (negative ? -value : value)
            : throw new LimitExceededException("an exponent that is too large");
    }
}
