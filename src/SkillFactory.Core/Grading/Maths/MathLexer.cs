using System.Numerics;

namespace SkillFactory.Core.Grading.Maths;

/// <summary>Cuts LaTeX, or mathematics typed as plain text, into tokens. What only concerns the looks of a formula is dropped.</summary>
/// <param name="thousands">Whether "1,234" is one number; else it is two with a comma between.</param>
internal sealed class MathLexer(string text, bool thousands)
{
    private const int MaxDigits = 4000;

    private static readonly HashSet<string> Looks =
    [
        "left", "right", "big", "Big", "bigg", "Bigg", "bigl", "bigr", "Bigl", "Bigr", "displaystyle", "textstyle", "limits", "quad", "qquad", ",", ";", ":", "!", " ", "(", ")", "[", "]",
        "hspace", "phantom", "mathstrut", "boldsymbol", "mathbf", "bf", "rm", "it",
    ];

    private static readonly HashSet<string> TextCommands = ["text", "mathrm", "mbox", "textbf", "textit", "textrm", "textnormal", "operatorname", "hbox", "mathit"];

    private static readonly Dictionary<string, string> Symbols = new()
    {
        ["cdot"] = "*", ["times"] = "*", ["ast"] = "*", ["div"] = "/", ["le"] = "<=", ["leq"] = "<=", ["leqslant"] = "<=", ["ge"] = ">=", ["geq"] = ">=", ["geqslant"] = ">=",
        ["lt"] = "<", ["gt"] = ">", ["ne"] = "!=", ["neq"] = "!=", ["in"] = "in", ["cup"] = "cup", ["setminus"] = "setminus", ["backslash"] = "setminus", ["pm"] = "pm", ["mp"] = "mp",
        ["infty"] = "inf", ["%"] = "%", ["{"] = "set{", ["}"] = "set}", ["lbrace"] = "set{", ["rbrace"] = "set}", ["circ"] = "deg", ["degree"] = "deg", ["|"] = "|", ["vert"] = "|",
        ["lvert"] = "|", ["rvert"] = "|", ["mid"] = "|", ["langle"] = "(", ["rangle"] = ")", ["lfloor"] = "lfloor", ["rfloor"] = "rfloor", ["lceil"] = "lceil", ["rceil"] = "rceil", ["\\"] = "\\\\",
        ["$"] = "", ["&"] = "&", ["#"] = "", ["to"] = "to", ["approx"] = "approx", ["emptyset"] = "empty", ["varnothing"] = "empty", ["ldots"] = "...", ["dots"] = "...", ["cdots"] = "...", ["lbrack"] = "[", ["rbrack"] = "]",
    };

    private static readonly HashSet<string> Functions =
    [
        "sin", "cos", "tan", "cot", "sec", "csc", "arcsin", "arccos", "arctan", "sinh", "cosh", "tanh", "ln", "log", "lg", "exp", "min", "max", "gcd", "lcm", "sqrt", "det", "floor", "ceil", "abs",
    ];

    private static readonly Dictionary<string, string> PlainWords = new(StringComparer.OrdinalIgnoreCase)
    {
        ["pi"] = "pi", ["inf"] = "inf", ["infty"] = "inf", ["infinity"] = "inf", ["oo"] = "inf", ["or"] = "or", ["and"] = "or", ["deg"] = "deg", ["degree"] = "deg", ["degrees"] = "deg",
        ["percent"] = "%", ["union"] = "cup",
    };

    /// <summary>Words that are too short to be told from products of letters by their length.</summary>
    private static readonly HashSet<string> ShortWords = new(StringComparer.OrdinalIgnoreCase) { "yes", "no", "odd", "not", "all" };

    private static readonly HashSet<string> Greek =
    [
        "alpha", "beta", "gamma", "delta", "epsilon", "varepsilon", "zeta", "eta", "theta", "vartheta", "iota", "kappa", "lambda", "mu", "nu", "xi", "rho", "sigma", "tau", "phi", "varphi", "chi", "psi", "omega",
        "Gamma", "Delta", "Theta", "Lambda", "Xi", "Pi", "Sigma", "Phi", "Psi", "Omega", "ell", "hbar",
    ];

    private readonly List<MathToken> _tokens = [];
    private int _at;
    private bool _spaced;

    /// <exception cref="MathSyntaxException">A character or command that is none of mathematics.</exception>
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
                Number();
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

    private void Number()
    {
        var start = _at;
        var digits = Digits();
        while (thousands ? Group(",") || Group("{,}") || Group(@"\,") || Group(@",\!") || Group(@"{,}\!") || Group("\u202F") || Group("\u2009") : Group("{,}") || Group(@"{,}\!"))
        {
            digits += text[(_at - 3).._at];
        }

        var places = "";
        if (_at < text.Length && text[_at] == '.' && (_at + 1 == text.Length || !char.IsLetter(text[_at + 1])))
        {
            _at++;
            places = Digits();
        }

        var written = text[start.._at];
        var value = Decimal(digits, places) + Repeating(digits, places);
        if (_at + 1 < text.Length && text[_at] is 'e' or 'E' && Exponent() is { } exponent)
        {
            if (Math.Abs(exponent) > NumericAnswer.MaxExponent)
            {
                throw new BudgetExceededException($"the exponent {exponent} is larger than {NumericAnswer.MaxExponent}");
            }

            value *= exponent >= 0 ? BigInteger.Pow(10, exponent) : (Rational)1 / BigInteger.Pow(10, -exponent);
            written = "";
        }

        Add(TokenKind.Number, written, value);
    }

    private string Digits()
    {
        var start = _at;
        while (_at < text.Length && char.IsAsciiDigit(text[_at]))
        {
            _at++;
        }

        return _at - start <= MaxDigits ? text[start.._at] : throw new BudgetExceededException($"a number of more than {MaxDigits} digits");
    }

    /// <summary>Steps over a separator and three digits, if they are there and no fourth follows.</summary>
    private bool Group(string separator)
    {
        var digits = _at + separator.Length;
        if (digits + 3 > text.Length || string.CompareOrdinal(text, _at, separator, 0, separator.Length) != 0
            || text.AsSpan(digits, 3).ContainsAnyExceptInRange('0', '9')
            || (digits + 3 < text.Length && char.IsAsciiDigit(text[digits + 3])))
        {
            return false;
        }

        _at = digits + 3;
        return true;
    }

    private static Rational Decimal(string digits, string places) =>
        (Rational)BigInteger.Parse("0" + digits + places) / BigInteger.Pow(10, places.Length);

    /// <summary>0.1\overline{6}: what the repeating digits add.</summary>
    private Rational Repeating(string digits, string places)
    {
        const string Overline = @"\overline{";
        if ((places.Length == 0 && (_at == 0 || text[_at - 1] != '.')) || string.CompareOrdinal(text, _at, Overline, 0, Overline.Length) != 0)
        {
            return 0;
        }

        _at += Overline.Length;
        var repeated = Digits();
        if (repeated.Length == 0 || _at >= text.Length || text[_at] != '}')
        {
            throw new MathSyntaxException("an overline over something else than digits");
        }

        _at++;
        return (Rational)BigInteger.Parse(repeated) / ((BigInteger.Pow(10, repeated.Length) - 1) * BigInteger.Pow(10, places.Length));
    }

    /// <summary>The exponent of 1.5e-3, or null when the e is something else.</summary>
    private int? Exponent()
    {
        var at = _at + 1;
        var negative = text[at] == '-';
        at += text[at] is '-' or '+' ? 1 : 0;
        var start = at;
        while (at < text.Length && char.IsAsciiDigit(text[at]))
        {
            at++;
        }

        if (at == start || (at < text.Length && char.IsLetter(text[at])))
        {
            return null;
        }

        var digits = text.AsSpan(start, at - start);
        _at = at;
        return int.TryParse(digits, out var value) ? (negative ? -value : value) : throw new BudgetExceededException("an exponent that is too large");
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
        if (TextCommands.Contains(name))
        {
            Text(isProse: name.StartsWith("text", StringComparison.Ordinal) || name is "mbox" or "hbox");
        }
        else if (Looks.Contains(name))
        {
            _spaced = true;
        }
        else if (Symbols.TryGetValue(name, out var symbol))
        {
            Symbol(symbol);
        }
        else if (Greek.Contains(name))
        {
            Add(TokenKind.Letter, name);
        }
        else
        {
            Add(TokenKind.Command, name is "dfrac" or "tfrac" or "cfrac" ? "frac" : name is "dbinom" or "tbinom" ? "binom" : name is "lg" ? "log" : name);
        }
    }

    /// <summary>\text{…}: words, one token each. What is no word is read as mathematics.</summary>
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
            _tokens.Add(token.Kind == TokenKind.Letter && (isProse || token.Text is not ("e" or "i" or "d")) ? token with { Kind = TokenKind.Word } : token);
        }
    }

    /// <summary>A run of letters: a function, a word of four letters or more, or a product of single letters.</summary>
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
        else if (PlainWords.TryGetValue(run, out var plain))
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
        else if (Functions.Contains(run))
        {
            Add(TokenKind.Command, run == "lg" ? "log" : run);
        }
        else if (run.Length == 1)
        {
            Add(TokenKind.Letter, run);
        }
        else if (run.Length > 3 || Units.Known(run) is not null || ShortWords.Contains(run) || (run.Length == 3 && char.IsUpper(run[0]) && char.IsLower(run[1]) && char.IsLower(run[2])))
        {
            Add(TokenKind.Word, run);
        }
        else if (Functions.FirstOrDefault(f => run.StartsWith(f, StringComparison.Ordinal)) is { } function)
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
            case '+' or '-' or '*' or '/' or '^' or '_' or '(' or ')' or '[' or ']' or '{' or '}' or '|' or ',' or ';' or ':' or '=' or '%' or '&' or '!':
                if (c is '!' or ':' or '*' && _at < text.Length && text[_at] == (c == '*' ? '*' : '='))
                {
                    _at++;
                    Symbol(c switch { '!' => "!=", ':' => "=", _ => "^" });
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
            case '−' or '–' or '‐' or '‑' or '－':
                Symbol("-");
                break;
            case '×' or '·' or '⋅' or '∗' or '∙':
                Symbol("*");
                break;
            case '÷' or '⁄' or '∕':
                Symbol("/");
                break;
            case '≤' or '≥' or '≠':
                Symbol(c == '≤' ? "<=" : c == '≥' ? ">=" : "!=");
                break;
            case '∞':
                Symbol("inf");
                break;
            case '∪':
                Symbol("cup");
                break;
            case '∈':
                Symbol("in");
                break;
            case '±' or '∓':
                Symbol(c == '±' ? "pm" : "mp");
                break;
            case '°' or 'º':
                Symbol("deg");
                break;
            case '∅':
                Symbol("empty");
                break;
            case '√':
                Add(TokenKind.Command, "sqrt");
                break;
            case '²' or '³':
                Symbol("^");
                Add(TokenKind.Number, c == '²' ? "2" : "3", c == '²' ? 2 : 3);
                break;
            case '½' or '¼' or '¾' or '⅓' or '⅔':
                Add(TokenKind.Number, "", c switch { '½' => (Rational)1 / 2, '¼' => (Rational)1 / 4, '¾' => (Rational)3 / 4, '⅓' => (Rational)1 / 3, _ => (Rational)2 / 3 });
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
                throw new MathSyntaxException($"unexpected '{c}'");
        }
    }
}
