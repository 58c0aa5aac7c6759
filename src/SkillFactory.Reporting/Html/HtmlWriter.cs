using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace SkillFactory.Reporting.Html;

/// <summary>Text that is markup already and is written as it is.</summary>
internal readonly record struct Markup(string Text)
{
    public static Markup None => new("");
}

/// <summary>
/// Writes HTML that is also well-formed XML. What stands in the holes of an interpolated string is escaped, always, unless it is
/// <see cref="Markup"/>: text that a model or a person wrote cannot become markup by being forgotten.
/// </summary>
internal sealed class HtmlWriter
{
    private readonly StringBuilder _text = new();

    public Markup ToMarkup() => new(_text.ToString());

    /// <summary>Markup known when this was compiled.</summary>
    public HtmlWriter Add([ConstantExpected] string literal)
    {
        _text.Append(literal);
        return this;
    }

    /// <summary>Markup with escaped holes.</summary>
    public HtmlWriter Add(ref Escaped markup) => Add(markup.ToMarkup());

    public HtmlWriter Add(Markup markup)
    {
        _text.Append(markup.Text);
        return this;
    }

    /// <summary>One piece of markup with escaped holes.</summary>
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
                        // Characters that no document may hold: controls, halves of pairs, non-characters.
                        text.Append(char.IsControl(c) || char.IsSurrogate(c) || c >= '\uFFFE' ? '\uFFFD' : c);
                    }

                    break;
            }
        }
    }

    /// <summary>Builds the text of one interpolated string.</summary>
    [InterpolatedStringHandler]
    internal readonly ref struct Escaped(int literalLength, int holes)
    {
        private readonly StringBuilder _text = new(literalLength + (16 * holes));

        public void AppendLiteral(string literal) => _text.Append(literal);

        public void AppendFormatted(string? value) => Escape(_text, value);

        public void AppendFormatted(Markup value) => _text.Append(value.Text);

        public void AppendFormatted(IFormattable value, string? format = null) =>
            Escape(_text, value.ToString(format, CultureInfo.InvariantCulture));

        public Markup ToMarkup() => new(_text.ToString());
    }
}
