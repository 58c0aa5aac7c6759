namespace SkillFactory.Grading.Maths;

/// <summary>The left side of an equation that states a value: x, AB, |AB|, f(2), \angle ABC, or a description in words.</summary>
/// <param name="Text">The name as text, the same for every layout.</param>
/// <param name="Form">The name as an expression; null when it is none.</param>
internal readonly record struct MathName(string Text, Form? Form);

/// <summary>Recognises names before "=" and "∈".</summary>
internal sealed class MathNames(TokenReader tokens, Algebra algebra, Functions functions)
{
    private const int MaxPoints = 8;

    /// <summary>Commands before points, with the word that they add to the name.</summary>
    private static readonly Dictionary<string, string> Marks = new()
    {
        ["angle"] = "angle ",
        ["measuredangle"] = "angle ",
        ["triangle"] = "triangle ",
        ["overline"] = "",
        ["overrightarrow"] = "vector ",
        ["widehat"] = "arc ",
    };

    /// <summary>Takes a name when one stands before "=" or "∈"; otherwise takes nothing.</summary>
    public MathName? Take()
    {
        foreach (var (name, length) in (ReadOnlySpan<(MathName?, int)>)[Words(), Letter(), Bars(), Points(0), Marked()])
        {
            if (name is not null && (tokens.Peek(length).Is("=") || tokens.Peek(length).Is("in")))
            {
                tokens.Skip(length);
                return name;
            }
        }

        return null;
    }

    private (MathName?, int) Words()
    {
        var (text, length) = ("", 0);
        while (tokens.Peek(length).Kind == TokenKind.Word)
        {
            text += tokens.Peek(length++).Text;
        }

        return length == 0 ? default : (Variable(text), length);
    }

    /// <summary>x, x_1, x_{max}, f(x), f(-2).</summary>
    private (MathName?, int) Letter()
    {
        if (tokens.Next.Kind != TokenKind.Letter)
        {
            return default;
        }

        var text = tokens.Next.Text;
        var length = 1;
        if (tokens.Peek(1).Is("_"))
        {
            var subscript = tokens.Peek(2).Is("{") && tokens.Peek(4).Is("}") ? 3 : 1;
            text += $"_{tokens.Peek(subscript == 3 ? 3 : 2).Text}";
            length += subscript == 3 ? 4 : 2;
        }

        if (tokens.Peek(length).Is("("))
        {
            var sign = tokens.Peek(length + 1).Is("-") ? 1 : 0;
            var argument = tokens.Peek(length + 1 + sign);
            return argument.Kind is TokenKind.Letter or TokenKind.Number && tokens.Peek(length + 2 + sign).Is(")")
                ? (new MathName($"{text}({(sign > 0 ? "-" : "")}{argument.Text})", null), length + 3 + sign)
                : default;
        }

        return (
            text switch
            {
                "e" => new MathName(text, Form.Of(Atom.Euler)),
                "i" => new MathName(text, Form.Of(Atom.Imaginary)),
                _ => Variable(text),
            },
            length
        );
    }

    /// <summary>|AB| and [ABC].</summary>
    private (MathName?, int) Bars()
    {
        if (!(tokens.Next.Is("|") || tokens.Next.Is("[")) || Points(1) is not ({ Form: { } form } points, var length))
        {
            return default;
        }

        var isLength = tokens.Next.Is("|");
        return !tokens.Peek(length + 1).Is(isLength ? "|" : "]") ? default
            : isLength ? (new MathName($"|{points.Text}|", functions.Absolute(form)), length + 2)
            : (Variable($"[{points.Text}]"), length + 2);
    }

    /// <summary>Two or more capital letters without a space between them, as segments and polygons are named.</summary>
    private (MathName?, int) Points(int from, int minimum = 2)
    {
        var (text, form, length) = ("", Form.One, 0);
        while (length < MaxPoints && IsPoint(tokens.Peek(from + length)) && (length == 0 || !tokens.Peek(from + length).Spaced))
        {
            var letter = tokens.Peek(from + length++).Text;
            (text, form) = (text + letter, algebra.Multiply(form, Form.Of(Atom.Variable(letter))));
        }

        return length < minimum ? default : (new MathName(text, form), length);
    }

    /// <summary>\overline{AB}, \angle ABC, m\angle A.</summary>
    private (MathName?, int) Marked()
    {
        var start = tokens.Next is { Kind: TokenKind.Letter, Text: "m" } ? 1 : 0;
        if (tokens.Peek(start) is not { Kind: TokenKind.Command, Text: var mark } || !Marks.TryGetValue(mark, out var kind))
        {
            return default;
        }

        var braced = tokens.Peek(start + 1).Is("{") ? 1 : 0;
        return
            Points(start + 1 + braced, minimum: 1) is not ({ } points, var length)
            || (braced == 1 && !tokens.Peek(start + 2 + length).Is("}"))
            ? default
            : (kind.Length == 0 ? points : Variable(kind + points.Text), start + 1 + length + (2 * braced));
    }

    private static bool IsPoint(MathToken token) => token is { Kind: TokenKind.Letter, Text: [>= 'A' and <= 'Z'] };

    private static MathName Variable(string text) => new(text, Form.Of(Atom.Variable(text)));
}
