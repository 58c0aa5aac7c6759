using System.Globalization;
using System.Text;

namespace SkillFactory.Tokenization.Templates;

/// <summary>Reads strings in a template, with Python's escapes.</summary>
internal static class TemplateStrings
{
    /// <param name="at">Position of the opening quote.</param>
    /// <returns>The text, and the position after the closing quote.</returns>
    public static (string Text, int End) Read(string source, int at, int line)
    {
        var quote = source[at];
        var text = new StringBuilder();
        for (var i = at + 1; i < source.Length; i++)
        {
            if (source[i] == quote)
            {
                return (text.ToString(), i + 1);
            }

            if (source[i] != '\\' || i + 1 == source.Length)
            {
                text.Append(source[i]);
                continue;
            }

            i++;
            i += Escape(source, i, line, text);
        }

        throw new TemplateException(line, "a string is not closed");
    }

    /// <summary>Appends what an escape stands for. Returns how many characters it has after its first.</summary>
    private static int Escape(string source, int at, int line, StringBuilder text)
    {
        var letter = source[at];
        var digits = letter switch
        {
            'x' => 2,
            'u' => 4,
            'U' => 8,
            _ => 0,
        };
        if (digits > 0)
        {
            if (
                at + digits >= source.Length
                || !int.TryParse(source.AsSpan(at + 1, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code)
                || code is < 0 or > 0x10ffff
            )
            {
                throw new TemplateException(line, $"the escape '\\{letter}' needs {digits} hexadecimal digits of a character");
            }

            text.Append(code > 0xffff ? char.ConvertFromUtf32(code) : ((char)code).ToString());
            return digits;
        }

        if (letter is >= '0' and <= '7')
        {
            var length = 1;
            while (length < 3 && at + length < source.Length && source[at + length] is >= '0' and <= '7')
            {
                length++;
            }

            text.Append((char)Convert.ToInt32(source.Substring(at, length), 8));
            return length - 1;
        }

        text.Append(
            letter switch
            {
                'n' => "\n",
                't' => "\t",
                'r' => "\r",
                'a' => "\a",
                'b' => "\b",
                'f' => "\f",
                'v' => "\v",
                '\\' => "\\",
                '\'' => "'",
                '"' => "\"",
                '\n' => "",
                'N' => throw new TemplateException(line, "the escape '\\N' is not supported"),
                var other => "\\" + other,
            }
        );
        return 0;
    }
}
