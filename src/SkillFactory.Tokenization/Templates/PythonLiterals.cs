using System.Collections;
using System.Globalization;
using System.Text;

namespace SkillFactory.Tokenization.Templates;

/// <summary>How Python writes values: <c>str</c>, <c>repr</c> and <c>json.dumps</c> without ASCII escapes.</summary>
internal static class PythonLiterals
{
    private const int MaxDepth = 100;

    public static string Repr(object? value, int line) => Repr(value, line, 0);

    /// <summary>The shortest text that reads back as the number, as Python writes it.</summary>
    public static string Number(double value)
    {
        if (double.IsNaN(value) || double.IsInfinity(value))
        {
            return double.IsNaN(value) ? "nan"
                : value > 0 ? "inf"
                : "-inf";
        }

        // .NET gives the same digits; Python writes an exponent below 1e-4 and from 1e16 on.
        var (digits, exponent) = Split(value.ToString("R", CultureInfo.InvariantCulture));
        var sign = double.IsNegative(value) ? "-" : "";
        if (exponent is < -4 or >= 16)
        {
            var fraction = digits.Length > 1 ? "." + digits[1..] : "";
            return string.Create(
                CultureInfo.InvariantCulture,
                $"{sign}{digits[0]}{fraction}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}"
            );
        }

        return sign
            + (
                exponent < 0 ? "0." + new string('0', -exponent - 1) + digits
                : digits.Length <= exponent + 1 ? digits.PadRight(exponent + 1, '0') + ".0"
                : digits[..(exponent + 1)] + "." + digits[(exponent + 1)..]
            );
    }

    /// <summary>The digits without zeros around them, and the exponent of the first: 0.012 is ("12", -2).</summary>
    private static (string Digits, int Exponent) Split(string shortest)
    {
        var parts = shortest.TrimStart('-').Split('E');
        var point = parts[0].IndexOf('.', StringComparison.Ordinal);
        var digits = parts[0].Replace(".", "", StringComparison.Ordinal);
        var leading = digits.Length - digits.TrimStart('0').Length;
        if (leading == digits.Length)
        {
            return ("0", 0);
        }

        var exponent = (point < 0 ? digits.Length : point) - 1 - leading;
        return (digits.Trim('0'), exponent + (parts.Length > 1 ? int.Parse(parts[1], CultureInfo.InvariantCulture) : 0));
    }

    private static string Repr(object? value, int line, int depth)
    {
        if (depth > MaxDepth)
        {
            throw new TemplateException(line, "a value is nested too deeply to be written");
        }

        return value switch
        {
            string text => Repr(text),
            TemplateTuple { Count: 1 } tuple => $"({Repr(tuple[0], line, depth + 1)},)",
            TemplateTuple tuple => $"({Join(tuple)})",
            IDictionary<string, object?> map =>
                $"{{{string.Join(", ", map.Select(p => $"{Repr(p.Key)}: {Repr(p.Value, line, depth + 1)}"))}}}",
            IList list => $"[{Join(list)}]",
            _ when value == TemplateValue.Undefined => "Undefined",
            _ => TemplateValue.Text(value, line),
        };

        string Join(IList items) => string.Join(", ", items.Cast<object?>().Select(i => Repr(i, line, depth + 1)));
    }

    private static string Repr(string text)
    {
        var quote = text.Contains('\'', StringComparison.Ordinal) && !text.Contains('"', StringComparison.Ordinal) ? '"' : '\'';
        var repr = new StringBuilder().Append(quote);
        foreach (var point in PythonText.Points(text))
        {
            var code = char.ConvertToUtf32(point.Length == 1 && char.IsSurrogate(point[0]) ? "\ufffd" : point, 0);
            repr.Append(
                point switch
                {
                    "\\" => "\\\\",
                    "\n" => "\\n",
                    "\r" => "\\r",
                    "\t" => "\\t",
                    _ when point[0] == quote => $"\\{quote}",
                    _ when IsPrintable(code) => point,
                    _ when code < 0x100 => $"\\x{code:x2}",
                    _ when code < 0x10000 => $"\\u{code:x4}",
                    _ => $"\\U{code:x8}",
                }
            );
        }

        return repr.Append(quote).ToString();
    }

    private static bool IsPrintable(int code) =>
        code == ' '
        || CharUnicodeInfo.GetUnicodeCategory(code)
            is not (
                UnicodeCategory.Control
                or UnicodeCategory.Format
                or UnicodeCategory.Surrogate
                or UnicodeCategory.PrivateUse
                or UnicodeCategory.OtherNotAssigned
                or UnicodeCategory.SpaceSeparator
                or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator
            );
}
