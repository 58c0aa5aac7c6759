using SkillFactory.Grading.Quantities;

namespace SkillFactory.Grading.Maths;

/// <summary>Takes the words, signs and units after a number from the tokens.</summary>
internal static class QuantityTokens
{
    /// <summary>The parts for <see cref="QuantityTail.Read"/>; empty when something else follows the number.</summary>
    public static IReadOnlyList<string> Take(TokenReader tokens)
    {
        var parts = new List<string>();
        while (Part(tokens, parts.LastOrDefault()) is var (part, length))
        {
            tokens.Skip(length);
            parts.Add(part);
        }

        return parts;
    }

    private static (string Part, int Length)? Part(TokenReader tokens, string? last)
    {
        var next = tokens.Next;
        return next.Kind == TokenKind.Word ? (next.Text, 1)
            : next.Is("%") ? ("%", 1)
            : next.Is("deg") ? (Units.Degree, 1)
            : next.Is("^") && tokens.Peek(1).Is("deg") ? (Units.Degree, 2)
            : next.Is("^") && tokens.Peek(1).Is("{") && tokens.Peek(2).Is("deg") && tokens.Peek(3).Is("}") ? (Units.Degree, 4)
            : last is null ? null
            : last == Units.Degree && next is { Kind: TokenKind.Letter, Text: "C" or "F" } ? (next.Text, 1)
            : next.Is("/") && tokens.Peek(1).Kind == TokenKind.Word ? ("/", 1)
            : next.Is("*") && tokens.Peek(1).Kind == TokenKind.Word ? (tokens.Peek(1).Text, 2)
            : next.Is("^") ? Power(tokens)
            : null;
    }

    /// <summary>^2, ^{2} or ^{-1}.</summary>
    private static (string Part, int Length)? Power(TokenReader tokens)
    {
        var at = tokens.Peek(1).Is("{") ? 2 : 1;
        var sign = tokens.Peek(at).Is("-") ? "-" : "";
        at += sign.Length;
        if (tokens.Peek(at) is not { Kind: TokenKind.Number, Text.Length: > 0 } number)
        {
            return null;
        }

        var braced = tokens.Peek(1).Is("{");
        return braced && !tokens.Peek(at + 1).Is("}") ? null : ($"^{sign}{number.Text}", at + (braced ? 2 : 1));
    }
}
