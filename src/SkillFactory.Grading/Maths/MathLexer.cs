using SkillFactory.Grading.Markup;

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
        var words = new MathLexer(
            inner,
            notation with
            {
                Words = isProse ? Words.Prose : Words.Roman,
                IsCall = NextCharacter() is '(' or '_',
            }
        );
        _spaced = true;
        _tokens.AddRange(words.Read().SkipLast(1));
    }

    /// <summary>The next character that is not white space; null at the end.</summary>
    private char? NextCharacter()
    {
        var next = _at;
        while (next < text.Length && char.IsWhiteSpace(text[next]))
        {
            next++;
        }

        return next < text.Length ? text[next] : null;
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
        else if (run.Length > 3 && notation.Words == Words.Maths && MathVocabulary.Greek.Contains(run))
        {
            Add(TokenKind.Letter, run);
        }
        else if (new LetterRun(run, notation, _tokens, _spaced, NextCharacter()).IsWord)
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
                Add(
                    letter == 'π' ? TokenKind.Command : TokenKind.Letter,
                    letter == 'π' ? "pi" : MathVocabulary.GreekCharacters.GetValueOrDefault(letter) ?? letter.ToString()
                );
            }
        }
    }

    /// <summary>Whether a mark after a number closes a quotation.</summary>
    private bool IsQuoted(char mark) => text.AsSpan(0, _at - 1).ContainsAny(mark, '“', '‘');

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
            case '€' or '£' or '¥' or '`':
                break;
            case '"' or '\'' or '′' or '″' or '’' or '”' when _tokens is [.., { Kind: TokenKind.Number }] && !IsQuoted(c):
                throw new MathSyntaxException($"a mark {c} of feet, inches, minutes or a derivative after a number");
            case '"' or '\'' or '’' or '”' or '“' or '‘':
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
