using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace SkillFactory.Tokenization.Templates;

/// <summary>
/// Splits a template into tokens under the whitespace rules of chat templates: <c>trim_blocks</c> removes the newline after a block tag,
/// <c>lstrip_blocks</c> the indentation before one; "-" strips all whitespace and "+" keeps it.
/// </summary>
internal sealed partial class TemplateLexer
{
    private readonly string _source;
    private readonly List<TemplateToken> _tokens = [];
    private int _at;
    private int _line = 1;

    private TemplateLexer(string source)
    {
        var unix = source.ReplaceLineEndings("\n");
        _source = unix.EndsWith('\n') ? unix[..^1] : unix;
    }

    public static List<TemplateToken> Read(string source)
    {
        var lexer = new TemplateLexer(source);
        lexer.ReadAll();
        return lexer._tokens;
    }

    private void ReadAll()
    {
        var stripBefore = false;
        var lineStarts = true;
        while (_at < _source.Length)
        {
            var tag = TagStart(_at);
            var text = _source[_at..tag];
            Advance(tag);
            if (stripBefore)
            {
                text = text.TrimStart();
            }

            if (tag == _source.Length)
            {
                AddText(text);
                break;
            }

            var kind = _source[tag + 1];
            var sign = tag + 2 < _source.Length ? _source[tag + 2] : ' ';
            AddText(
                sign == '-' ? text.TrimEnd()
                : kind != '{' && sign != '+' ? WithoutIndent(text, lineStarts)
                : text
            );
            Advance(tag + (sign is '-' or '+' ? 3 : 2));
            stripBefore = kind == '#' ? SkipComment() : ReadTag(kind == '%');
            lineStarts = _source[_at - 1] == '\n';
        }

        _tokens.Add(new TemplateToken(TemplateTokenKind.End, "end of the template", _line));
    }

    private int TagStart(int from)
    {
        for (var at = _source.IndexOf('{', from); at >= 0 && at + 1 < _source.Length; at = _source.IndexOf('{', at + 1))
        {
            if (_source[at + 1] is '{' or '%' or '#')
            {
                return at;
            }
        }

        return _source.Length;
    }

    private static string WithoutIndent(string text, bool lineStarts)
    {
        var line = text.LastIndexOf('\n') + 1;
        return (line > 0 || lineStarts) && text.AsSpan(line).IsWhiteSpace() ? text[..line] : text;
    }

    private bool SkipComment()
    {
        var end = _source.IndexOf("#}", _at, StringComparison.Ordinal);
        if (end < 0)
        {
            throw new TemplateException(_line, "a comment '{#' is not closed by '#}'");
        }

        var strips = end > _at && _source[end - 1] == '-';
        Advance(end + 2);
        SkipNewline();
        return strips;
    }

    /// <summary>Reads tokens up to the closing bracket. Returns whether that bracket strips the whitespace after it.</summary>
    private bool ReadTag(bool block)
    {
        var close = block ? "%}" : "}}";
        Add(block ? TemplateTokenKind.BlockStart : TemplateTokenKind.OutputStart, "");
        var open = _tokens[^1].Line;
        var depth = 0;
        while (true)
        {
            while (_at < _source.Length && char.IsWhiteSpace(_source[_at]))
            {
                Advance(_at + 1);
            }

            if (_at >= _source.Length)
            {
                throw new TemplateException(open, $"a tag is not closed by '{close}'");
            }

            var sign = _source[_at] is '-' or '+';
            if (depth == 0 && string.CompareOrdinal(_source, _at + (sign ? 1 : 0), close, 0, 2) == 0)
            {
                var strips = _source[_at] == '-';
                var keeps = _source[_at] == '+';
                Advance(_at + (sign ? 3 : 2));
                Add(block ? TemplateTokenKind.BlockEnd : TemplateTokenKind.OutputEnd, close);
                if (block && !keeps)
                {
                    SkipNewline();
                }

                return strips;
            }

            ReadOne();
            depth +=
                _tokens[^1] is { Kind: TemplateTokenKind.Operator, Text: "{" or "(" or "[" } ? 1
                : _tokens[^1] is { Kind: TemplateTokenKind.Operator, Text: "}" or ")" or "]" } ? -1
                : 0;
        }
    }

    private void ReadOne()
    {
        if (_source[_at] is '\'' or '"')
        {
            ReadString(_source[_at]);
            return;
        }

        foreach (
            var (pattern, kind) in ((Regex, TemplateTokenKind)[])
                [
                    (NumberPattern(), TemplateTokenKind.Number),
                    (NamePattern(), TemplateTokenKind.Name),
                    (OperatorPattern(), TemplateTokenKind.Operator),
                ]
        )
        {
            var match = pattern.Match(_source, _at);
            if (match.Success)
            {
                Add(kind, match.Value);
                Advance(_at + match.Length);
                return;
            }
        }

        throw new TemplateException(_line, $"'{_source[_at]}' is not expected here");
    }

    private void ReadString(char quote)
    {
        var text = new StringBuilder();
        var i = _at + 1;
        for (; i < _source.Length && _source[i] != quote; i++)
        {
            if (_source[i] != '\\' || i + 1 >= _source.Length)
            {
                text.Append(_source[i]);
                continue;
            }

            i++;
            var digits = _source[i] switch
            {
                'x' => 2,
                'u' => 4,
                'U' => 8,
                _ => 0,
            };
            if (
                digits > 0
                && i + digits < _source.Length
                && int.TryParse(_source.AsSpan(i + 1, digits), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var code)
                && code is >= 0 and <= 0x10ffff
            )
            {
                text.Append(code > 0xffff ? char.ConvertFromUtf32(code) : ((char)code).ToString());
                i += digits;
                continue;
            }

            text.Append(
                _source[i] switch
                {
                    'n' => "\n",
                    't' => "\t",
                    'r' => "\r",
                    '\\' => "\\",
                    '\'' => "'",
                    '"' => "\"",
                    '\n' => "",
                    var c => "\\" + c,
                }
            );
        }

        if (i >= _source.Length)
        {
            throw new TemplateException(_line, "a string is not closed");
        }

        Add(TemplateTokenKind.String, text.ToString());
        Advance(i + 1);
    }

    private void SkipNewline()
    {
        if (_at < _source.Length && _source[_at] == '\n')
        {
            Advance(_at + 1);
        }
    }

    private void Advance(int to)
    {
        _line += _source.AsSpan(_at, to - _at).Count('\n');
        _at = to;
    }

    private void AddText(string text)
    {
        if (text.Length > 0)
        {
            Add(TemplateTokenKind.Text, text);
        }
    }

    private void Add(TemplateTokenKind kind, string text) => _tokens.Add(new TemplateToken(kind, text, _line));

    [GeneratedRegex(@"\G[0-9]+(\.[0-9]+)?")]
    private static partial Regex NumberPattern();

    [GeneratedRegex(@"\G[\p{L}_][\p{L}\p{N}_]*")]
    private static partial Regex NamePattern();

    [GeneratedRegex(@"\G(==|!=|<=|>=|//|\*\*|[-+*/%~<>=|.,:()\[\]{}])")]
    private static partial Regex OperatorPattern();
}
