using SkillFactory.Grading.Markup;
using SkillFactory.Grading.Quantities;

namespace SkillFactory.Grading.Maths;

/// <summary>Splits LaTeX, or mathematics typed as plain text, into tokens. Layout commands are dropped.</summary>
/// <param name="notation">How ambiguous notations are read.</param>
internal sealed class MathLexer(string text, Notation notation)
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
                var reader = new MathNumberReader(text, _at, notation.Thousands);
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
        var words = new MathLexer(inner, notation with { Words = isProse ? Words.Prose : Words.Roman, IsCall = Follows("(_", end: false) });
        _spaced = true;
        _tokens.AddRange(words.Read().SkipLast(1));
    }

    /// <summary>Whether the next character that is not white space is one of these.</summary>
    /// <param name="end">The result at the end of the text.</param>
    private bool Follows(string characters, bool end)
    {
        var next = _at;
        while (next < text.Length && char.IsWhiteSpace(text[next]))
        {
            next++;
        }

        return next < text.Length ? characters.Contains(text[next], StringComparison.Ordinal) : end;
    }

    /// <summary>A run of letters: a word, a unit, a function, or a product of single letters.</summary>
    private void Letters()
    {
        var start = _at;
        while (_at < text.Length && char.IsLetter(text[_at]))
        {
            _at++;
        }

        var run = text[start.._at];
        if (run.Equals("per", StringComparison.OrdinalIgnoreCase) && TryTakeWord("cent"))
        {
            Symbol("%");
        }
        else if (run == "π")
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
        else if (IsWord(run))
        {
            Add(TokenKind.Word, run);
        }
        else if (MathVocabulary.Functions.Contains(run))
        {
            Add(TokenKind.Command, run == "lg" ? "log" : run);
        }
        else if (
            run.Length > 1
            && MathVocabulary.Functions.FirstOrDefault(f => run.StartsWith(f, StringComparison.Ordinal)) is { } function
        )
        {
            Add(TokenKind.Command, function);
            _at = start + function.Length;
        }
        else
        {
            foreach (var letter in run)
            {
                Add(letter == 'π' ? TokenKind.Command : TokenKind.Letter, letter == 'π' ? "pi" : letter.ToString());
            }
        }
    }

    private bool IsWord(string run)
    {
        var isFunction = MathVocabulary.Functions.Contains(run);
        if (Units.Of(run) is not null && (notation.Words == Words.Maths ? IsUnitHere(run) : !(isFunction && notation.IsCall)))
        {
            // \mathrm{m} is a metre; \mathrm{e} and \mathrm{i} are the numbers.
            return true;
        }

        return notation.Words switch
        {
            Words.Prose => !isFunction,
            Words.Roman => !isFunction && run is not ("e" or "i" or "d"),
            _ => !isFunction
                && (
                    run.Length > 3
                    || MathVocabulary.ShortWords.Contains(run)
                    || (run.Length == 3 && char.IsUpper(run[0]) && char.IsLower(run[1]) && char.IsLower(run[2]))
                ),
        };
    }

    /// <summary>Whether a unit is meant by letters that could be variables or a function: km and other long units always, the others
    /// after a number ("12 min") or after another unit ("km/h"). "5 m" may be 5·m, so that single letters depend on the
    /// notation.</summary>
    private bool IsUnitHere(string run)
    {
        var last = _tokens.Count > 0 ? _tokens[^1] : default;
        var isPer = last.Is("/") && _tokens.Count > 1 && _tokens[^2].Kind == TokenKind.Word;
        var isAfterNumber = last.Kind == TokenKind.Number || last.Is("}") || last.Is(")");
        return isPer
            || (
                run is "min" or "sec" ? isAfterNumber && Follows(",;.)]}$/", end: true)
                : Units.IsShort(run) ? notation.ShortUnits && isAfterNumber && (_spaced || run.Length > 1)
                : run.Length > 1 && Units.IsUnambiguous(run)
            );
    }

    private bool TryTakeWord(string word)
    {
        var start = _at;
        while (start < text.Length && char.IsWhiteSpace(text[start]))
        {
            start++;
        }

        var end = start + word.Length;
        if (
            string.Compare(text, start, word, 0, word.Length, StringComparison.OrdinalIgnoreCase) != 0
            || (end < text.Length && char.IsLetter(text[end]))
        )
        {
            return false;
        }

        _at = end;
        return true;
    }

    private void Other(char c)
    {
        _at++;
        if (VulgarFractions.Of(c) is var (above, below))
        {
            Add(TokenKind.Number, "", (Rational)above / below);
            return;
        }

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
            case '€' or '£' or '¥' or '`' or '"' or '\'':
                break;
            case '.':
                if (notation.Words != Words.Prose && _at < text.Length && text[_at..].Trim().Length > 0)
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
