using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace SkillFactory.Reporting.Pages;

/// <summary>
/// Writes HTML that is also well-formed XML. The interpolated values of a string are always escaped, unless they are <see cref="Markup"/>,
/// so that text of a model or a user cannot become markup by accident.
/// </summary>
internal sealed class HtmlWriter
{
    private readonly StringBuilder _text = new();

    public Markup ToMarkup() => new(_text.ToString());

    /// <summary>Adds constant markup.</summary>
    public HtmlWriter Add([ConstantExpected] string literal)
    {
        _text.Append(literal);
        return this;
    }

    /// <summary>Adds markup with escaped interpolated values.</summary>
    public HtmlWriter Add(ref Escaped markup) => Add(markup.ToMarkup());

    public HtmlWriter Add(Markup markup)
    {
        _text.Append(markup.Text);
        return this;
    }

    /// <summary>Creates markup with escaped interpolated values.</summary>
    public static Markup Of(ref Escaped markup) => markup.ToMarkup();

    private static void Escape(StringBuilder text, string? value)
    {
        if (value is null)
        {
            return;
        }

        for (var i = 0; i < value.Length; i++)
        {
            var c = value[i];
            switch (c)
            {
                case '&':
                    text.Append("&amp;");
                    break;
                case '<':
                    text.Append("&lt;");
                    break;
                case '>':
                    text.Append("&gt;");
                    break;
                case '"':
                    text.Append("&quot;");
                    break;
                case '\'':
                    text.Append("&#39;");
                    break;
                case '\n' or '\t':
                    text.Append(c);
                    break;
                case '\r':
                    break;
                default:
                    if (char.IsHighSurrogate(c) && i + 1 < value.Length && char.IsLowSurrogate(value[i + 1]))
                    {
                        text.Append(c).Append(value[++i]);
                    }
                    else
                    {
                        // These characters are not allowed in a document: controls, lone surrogates and non-characters.
                        text.Append(char.IsControl(c) || char.IsSurrogate(c) || c >= '\uFFFE' ? '\uFFFD' : c);
                    }

                    break;
            }
        }
    }

    /// <summary>Builds the markup of one interpolated string.</summary>
    [InterpolatedStringHandler]
    internal readonly ref struct Escaped(int literalLength, int formattedCount)
    {
        private readonly StringBuilder _text = new(literalLength + (16 * formattedCount));

        public void AppendLiteral(string literal) => _text.Append(literal);

        public void AppendFormatted(string? value) => Escape(_text, value);

        public void AppendFormatted(Markup value) => _text.Append(value.Text);

        public void AppendFormatted(IFormattable value, string? format = null) =>
            Escape(_text, value.ToString(format, CultureInfo.InvariantCulture));

        public Markup ToMarkup() => new(_text.ToString());
    }
}
