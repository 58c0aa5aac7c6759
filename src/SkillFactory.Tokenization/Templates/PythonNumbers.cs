using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace SkillFactory.Tokenization.Templates;

/// <summary>Conversions to numbers as the filters int, float and round make them.</summary>
internal static partial class PythonNumbers
{
    private const int MaxPrecision = 15,
        ExactDecimals = 100;

    /// <summary>Null when the value is not a number; a fraction is cut.</summary>
    public static object? ToWhole(object? value, int line)
    {
        if (
            value is string text
            && Plain(text) is { } plain
            && long.TryParse(plain, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole)
        )
        {
            return whole;
        }

        return ToReal(value) is not double real ? null
            : Math.Abs(real) < 1e18 ? (long)Math.Truncate(real)
            : throw new TemplateException(line, "int: the number is too large");
    }

    /// <summary>Null when the value is not a number.</summary>
    public static object? ToReal(object? value) =>
        value is string text
            ? Plain(text) is { } plain
                ? double.Parse(plain, CultureInfo.InvariantCulture)
                : null
            : TemplateNumber.Of(value)?.AsReal;

    /// <summary>Null when the method is unknown or the precision is out of reach.</summary>
    public static double? Round(double value, long precision, string method)
    {
        if (precision is < 0 or > MaxPrecision)
        {
            return null;
        }

        var scale = Math.Pow(10, precision);
        return method switch
        {
            "common" => Nearest(value, (int)precision),
            "ceil" => Math.Ceiling(value * scale) / scale,
            "floor" => Math.Floor(value * scale) / scale,
            _ => null,
        };
    }

    /// <summary>The nearest number with so many decimals, by the exact value: 2.675 is a little less than it looks. Of two that are equally
    /// near, the even one.</summary>
    private static double Nearest(double value, int precision)
    {
        var exact = value.ToString($"F{ExactDecimals}", CultureInfo.InvariantCulture);
        var rest = exact[(exact.IndexOf('.', StringComparison.Ordinal) + 1 + precision)..];
        return rest[0] == '5' && rest.AsSpan(1).Trim('0').IsEmpty
            ? Math.Round(value, precision, MidpointRounding.ToEven)
            : double.Parse(value.ToString($"F{precision}", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
    }

    /// <summary>A number that Python reads, in ASCII digits and without underscores; null for other text.</summary>
    private static string? Plain(string text)
    {
        var ascii = string.Concat(
            PythonText
                .Strip(text, null, start: true, end: true)
                .EnumerateRunes()
                .Select(r =>
                    Rune.GetUnicodeCategory(r) == UnicodeCategory.DecimalDigitNumber ? $"{Rune.GetNumericValue(r):0}" : r.ToString()
                )
        );
        return NumberPattern().IsMatch(ascii) ? ascii.Replace("_", "", StringComparison.Ordinal) : null;
    }

    [GeneratedRegex(@"\A[-+]?(?:[0-9]+(?:_[0-9]+)*\.?(?:[0-9]+(?:_[0-9]+)*)?|\.[0-9]+(?:_[0-9]+)*)(?:[eE][-+]?[0-9]+(?:_[0-9]+)*)?\z")]
    private static partial Regex NumberPattern();
}
