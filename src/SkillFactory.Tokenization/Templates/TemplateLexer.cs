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
    private readonly Stack<(string Close, int Line)> _open = new();
    private int _at;
    private int _line = 1;

    private TemplateLexer(string source)
    {
        // Of the characters that end a line only these count here.
        var unix = source.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');
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
                text = Stripped(text, start: true, end: false);
            }

            if (tag == _source.Length)
            {
                AddText(text);
                break;
            }

            var kind = _source[tag + 1];
            var sign = tag + 2 < _source.Length ? _source[tag + 2] : ' ';
            AddText(WithoutSpaceBefore(text, sign, isOutput: kind == '{', lineStarts));
            if (kind == '%' && RawStart().Match(_source, _at) is { Success: true } raw)
            {
                stripBefore = ReadRaw(raw);
            }
            else
            {
                Advance(tag + (sign is '-' or '+' ? 3 : 2));
                stripBefore = kind == '#' ? SkipComment() : ReadTag(kind == '%');
            }

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

    private static string WithoutSpaceBefore(string text, char sign, bool isOutput, bool lineStarts)
    {
        if (sign == '-')
        {
            return Stripped(text, start: false, end: true);
        }

        var line = text.LastIndexOf('\n') + 1;
        return
            !isOutput && sign != '+' && (line > 0 || lineStarts) && text.AsSpan(line).Length > 0 && text.Skip(line).All(PythonText.IsSpace)
            ? text[..line]
            : text;
    }

    private static string Stripped(string text, bool start, bool end) => PythonText.Strip(text, null, start, end);

    private bool SkipComment()
    {
        var end = _source.IndexOf("#}", _at, StringComparison.Ordinal);
        if (end < 0)
        {
            throw new TemplateException(_line, "a comment '{#' is not closed by '#}'");
        }

        var sign = end > _at ? _source[end - 1] : ' ';
        Advance(end + 2);
        if (sign != '+')
        {
            SkipNewline();
        }

        return sign == '-';
    }

    /// <summary>Adds the text up to "endraw" as it is. Returns whether that tag strips the whitespace after it.</summary>
    private bool ReadRaw(Match start)
    {
        var line = _line;
        var end = RawEnd().Match(_source, _at + start.Length);
        if (!end.Success)
        {
            throw new TemplateException(line, "'endraw' is missing");
        }

        var text = _source[(_at + start.Length)..end.Index];
        text = start.Value.EndsWith("-%}", StringComparison.Ordinal) ? Stripped(text, start: true, end: false) : text;
        AddText(WithoutSpaceBefore(text, end.Groups[1].Length > 0 ? end.Groups[1].Value[0] : ' ', isOutput: false, lineStarts: false));
        Advance(end.Index + end.Length);
        var sign = _source[_at - 3];
        if (sign != '+')
        {
            SkipNewline();
        }

        return sign == '-';
    }

    /// <summary>Reads tokens up to the closing bracket. Returns whether that bracket strips the whitespace after it.</summary>
    private bool ReadTag(bool block)
    {
        var close = block ? "%}" : "}}";
        Add(block ? TemplateTokenKind.BlockStart : TemplateTokenKind.OutputStart, "");
        var open = _tokens[^1].Line;
        while (true)
        {
            while (_at < _source.Length && PythonText.IsSpace(_source[_at]))
            {
                Advance(_at + 1);
            }

            if (_at >= _source.Length)
            {
                throw new TemplateException(open, $"a tag is not closed by '{close}'");
            }

            var signed = _source[_at] == '-' || (block && _source[_at] == '+');
            if (_open.Count == 0 && string.CompareOrdinal(_source, _at + (signed ? 1 : 0), close, 0, 2) == 0)
            {
                var sign = signed ? _source[_at] : ' ';
                Advance(_at + (signed ? 3 : 2));
                Add(block ? TemplateTokenKind.BlockEnd : TemplateTokenKind.OutputEnd, close);
                if (block && sign != '+')
                {
                    SkipNewline();
                }

                return sign == '-';
            }

            ReadOne();
        }
    }

    private void ReadOne()
    {
        if (_source[_at] is '\'' or '"')
        {
            var (text, end) = TemplateStrings.Read(_source, _at, _line);
            Add(TemplateTokenKind.String, text);
            Advance(end);
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
                if (kind == TemplateTokenKind.Operator)
                {
                    Balance(match.Value);
                }

                Advance(_at + match.Length);
                return;
            }
        }

        throw new TemplateException(_line, $"'{_source[_at]}' is not expected here");
    }

    private void Balance(string bracket)
    {
        switch (bracket)
        {
            case "(":
                _open.Push((")", _line));
                break;
            case "[":
                _open.Push(("]", _line));
                break;
            case "{":
                _open.Push(("}", _line));
                break;
            case ")" or "]" or "}" when !_open.TryPop(out var expected) || expected.Close != bracket:
                throw new TemplateException(_line, $"'{bracket}' closes nothing");
        }
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

    [GeneratedRegex(
        @"\G(?:(?<!\.)(?:[0-9]+_)*[0-9]+(?:(?:\.(?:[0-9]+_)*[0-9]+)?[eE][-+]?(?:[0-9]+_)*[0-9]+|\.(?:[0-9]+_)*[0-9]+)"
            + @"|0[bB](?:_?[01])+|0[oO](?:_?[0-7])+|0[xX](?:_?[0-9a-fA-F])+|[1-9](?:_?[0-9])*|0(?:_?0)*)"
    )]
    private static partial Regex NumberPattern();

    [GeneratedRegex(@"\G[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{Mn}\p{Mc}\p{Nd}\p{Pc}]*")]
    private static partial Regex NamePattern();

    [GeneratedRegex(@"\G(==|!=|<=|>=|//|\*\*|[-+*/%~<>=|.,:()\[\]{}])")]
    private static partial Regex OperatorPattern();

    [GeneratedRegex(@"\G\{%[-+]?\s*raw\s*-?%\}")]
    private static partial Regex RawStart();

    [GeneratedRegex(@"\{%([-+]?)\s*endraw\s*[-+]?%\}")]
    private static partial Regex RawEnd();
}
