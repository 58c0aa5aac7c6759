namespace SkillFactory.Grading.Maths;

/// <summary>Splits LaTeX, or mathematics typed as plain text, into tokens. Layout commands are dropped.</summary>
/// <param name="thousands">Whether "1,234" is one number; otherwise it is two numbers and a comma.</param>
internal sealed class MathLexer(string text, bool thousands)
{
    private readonly List<MathToken> _tokens = [];
    private int _at;
    private bool _spaced;

    /// <exception cref="MathSyntaxException">A character or command does not belong to mathematics.</exception>
    public IReadOnlyList<MathToken> Read()
    {
        while (_at < text.Length)
        {
            var c = text[_at];
            if (char.IsWhiteSpace(c) || c is '~' or '$' or '\u200B')
            {
                (_at, _spaced) = (_at + 1, true);
            }
            else if (char.IsAsciiDigit(c) || (c == '.' && _at + 1 < text.Length && char.IsAsciiDigit(text[_at + 1])))
            {
                var reader = new MathNumberReader(text, _at, thousands);
                var (written, value) = reader.Read();
                _at = reader.At;
                Add(TokenKind.Number, written, value);
            }
            else if (c == '\\')
            {
                Command();
            }
            else if (char.IsLetter(c))
            {
                Letters();
            }
            else
            {
                Other(c);
            }
        }

        Add(TokenKind.End, "");
        return _tokens;
    }

    private void Add(TokenKind kind, string content, Rational value = default)
    {
        _tokens.Add(new MathToken(kind, content, value, _spaced));
        _spaced = false;
    }

    private void Symbol(string symbol)
    {
        if (symbol.Length > 0)
        {
            Add(TokenKind.Symbol, symbol);
        }
    }

    private void Command()
    {
        var start = ++_at;
        if (start == text.Length)
        {
            throw new MathSyntaxException("it ends with a backslash");
        }

        _at++;
        if (char.IsAsciiLetter(text[start]))
        {
            while (_at < text.Length && char.IsAsciiLetter(text[_at]))
            {
                _at++;
            }
        }

        var name = text[start.._at];
        if (MathVocabulary.TextCommands.Contains(name))
        {
            Text(isProse: name.StartsWith("text", StringComparison.Ordinal) || name is "mbox" or "hbox");
        }
        else if (MathVocabulary.LayoutCommands.Contains(name))
        {
            _spaced = true;
        }
        else if (MathVocabulary.Symbols.TryGetValue(name, out var symbol))
        {
            Symbol(symbol);
        }
        else if (MathVocabulary.Greek.Contains(name))
        {
            Add(TokenKind.Letter, name);
        }
        else
        {
            Add(
                TokenKind.Command,
                name is "dfrac" or "tfrac" or "cfrac" ? "frac"
                    : name is "dbinom" or "tbinom" ? "binom"
                    : name is "lg" ? "log"
                    : name
            );
        }
    }

    /// <summary>Reads \text{…}: each word is one token, and the rest is read as mathematics.</summary>
    private void Text(bool isProse)
    {
        while (_at < text.Length && char.IsWhiteSpace(text[_at]))
        {
            _at++;
        }

        if (_at >= text.Length || text[_at] != '{')
        {
            return;
        }

        var end = text.IndexOf('}', _at);
        if (end < 0)
        {
            throw new MathSyntaxException("braces that are not closed");
        }

        var inner = text[(_at + 1)..end];
        _at = end + 1;
        _spaced = true;
        foreach (var token in new MathLexer(inner, thousands).Read().SkipLast(1))
        {
            // \mathrm{m} is a metre; \mathrm{e} and \mathrm{i} are the numbers.
            _tokens.Add(
                token.Kind == TokenKind.Letter && (isProse || token.Text is not ("e" or "i" or "d"))
                    ? token with
                    {
                        Kind = TokenKind.Word,
                    }
                    : token
            );
        }
    }

    /// <summary>A run of letters: a function, a word of at least four letters, or a product of single letters.</summary>
    private void Letters()
    {
        var start = _at;
        while (_at < text.Length && char.IsLetter(text[_at]))
        {
            _at++;
        }

        var run = text[start.._at];
        if (run == "π")
        {
            Add(TokenKind.Command, "pi");
        }
        else if (MathVocabulary.PlainWords.TryGetValue(run, out var plain))
        {
            if (plain == "pi")
            {
                Add(TokenKind.Command, plain);
            }
            else
            {
                Symbol(plain);
            }
        }
        else if (MathVocabulary.Functions.Contains(run))
        {
            Add(TokenKind.Command, run == "lg" ? "log" : run);
        }
        else if (run.Length == 1)
        {
            Add(TokenKind.Letter, run);
        }
        else if (
            run.Length > 3
            || Units.Known(run) is not null
            || MathVocabulary.ShortWords.Contains(run)
            || (run.Length == 3 && char.IsUpper(run[0]) && char.IsLower(run[1]) && char.IsLower(run[2]))
        )
        {
            Add(TokenKind.Word, run);
        }
        else if (MathVocabulary.Functions.FirstOrDefault(f => run.StartsWith(f, StringComparison.Ordinal)) is { } function)
        {
            Add(TokenKind.Command, function);
            _at = start + function.Length;
        }
        else
        {
            foreach (var letter in run)
            {
                if (letter == 'π')
                {
                    Add(TokenKind.Command, "pi");
                }
                else
                {
                    Add(TokenKind.Letter, letter.ToString());
                }
            }
        }
    }

    private void Other(char c)
    {
        _at++;
        switch (c)
        {
            case '+'
            or '-'
            or '*'
            or '/'
            or '^'
            or '_'
            or '('
            or ')'
            or '['
            or ']'
            or '{'
            or '}'
            or '|'
            or ','
            or ';'
            or ':'
            or '='
            or '%'
            or '&'
            or '!':
                if (c is '!' or ':' or '*' && _at < text.Length && text[_at] == (c == '*' ? '*' : '='))
                {
                    _at++;
                    Symbol(
                        c switch
                        {
                            '!' => "!=",
                            ':' => "=",
                            _ => "^",
                        }
                    );
                    break;
                }

                Symbol(c.ToString());
                break;
            case '<' or '>':
                if (_at < text.Length && text[_at] == '=')
                {
                    _at++;
                    Symbol($"{c}=");
                    break;
                }

                Symbol(c.ToString());
                break;
            case '√':
                Add(TokenKind.Command, "sqrt");
                break;
            case '²' or '³':
                Symbol("^");
                Add(TokenKind.Number, c == '²' ? "2" : "3", c == '²' ? 2 : 3);
                break;
            case '½' or '¼' or '¾' or '⅓' or '⅔':
                Add(
                    TokenKind.Number,
                    "",
                    c switch
                    {
                        '½' => (Rational)1 / 2,
                        '¼' => (Rational)1 / 4,
                        '¾' => (Rational)3 / 4,
                        '⅓' => (Rational)1 / 3,
                        _ => (Rational)2 / 3,
                    }
                );
                break;
            case '€' or '£' or '¥' or '`' or '"' or '\'':
                break;
            case '.':
                if (_at < text.Length && text[_at..].Trim().Length > 0)
                {
                    throw new MathSyntaxException("a full stop in the middle");
                }

                break;
            default:
                Symbol(
                    MathVocabulary.Characters.TryGetValue(c, out var symbol) ? symbol : throw new MathSyntaxException($"unexpected '{c}'")
                );
                break;
        }
    }
}
