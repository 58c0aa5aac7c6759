using System.Numerics;

namespace SkillFactory.Grading.Maths;

/// <summary>Reads tokens one after another, with lookahead.</summary>
internal sealed class TokenReader(IReadOnlyList<MathToken> tokens)
{
    private readonly List<MathToken> _tokens = [.. tokens];
    private int _at;

    public MathToken Next => _tokens[_at];

    /// <summary>The token before the next one; at the beginning the next one itself.</summary>
    public MathToken Previous => _tokens[Math.Max(0, _at - 1)];

    public MathToken Peek(int ahead) => _tokens[Math.Min(_at + ahead, _tokens.Count - 1)];

    public MathToken Take() => Next.Kind == TokenKind.End ? Next : _tokens[_at++];

    public void Skip(int count) => _at = Math.Min(_at + count, _tokens.Count - 1);

    public bool TryTake(string symbol)
    {
        if (!Next.Is(symbol))
        {
            return false;
        }

        _at++;
        return true;
    }

    public void Expect(string symbol)
    {
        if (!TryTake(symbol))
        {
            throw Unexpected();
        }
    }

    /// <summary>The first digit of a number: TeX takes one token, so \frac12 is one half.</summary>
    public Rational TakeDigit()
    {
        var number = Take();
        if (number.Text.Length < 2 || !number.Text.All(char.IsAsciiDigit))
        {
            return number.Value;
        }

        _tokens[--_at] = new MathToken(TokenKind.Number, number.Text[1..], BigInteger.Parse(number.Text[1..]));
        return number.Text[0] - '0';
    }

    /// <summary>Whether the bracket at the next token contains a separator at its own level.</summary>
    public bool HoldsSeparator()
    {
        var depth = 0;
        for (var i = _at; i < _tokens.Count; i++)
        {
            if (_tokens[i].Kind != TokenKind.Symbol)
            {
                continue;
            }

            switch (_tokens[i].Text)
            {
                case "(" or "[" or "{" or "set{":
                    depth++;
                    break;
                case ")" or "]" or "}" or "set}":
                    if (--depth == 0)
                    {
                        return false;
                    }

                    break;
                case "," or ";" when depth == 1:
                    return true;
            }
        }

        return false;
    }

    public MathSyntaxException Unexpected() => new(Next.Kind == TokenKind.End ? "it ends too early" : $"unexpected '{Next.Text}'");
}
