namespace SkillFactory.Grading;

/// <summary>Finds answers in LaTeX boxes: \boxed{…} and \fbox{…}.</summary>
public static class Boxed
{
    private static readonly string[] Commands = [@"\boxed", @"\fbox"];

    /// <summary>The content of the last closed box, or null. Braces inside it are matched; of nested boxes the outer one counts.</summary>
    public static string? Last(string text)
    {
        string? last = null;
        for (var at = Next(text, 0, out var after); at >= 0; at = Next(text, after, out after))
        {
            var open = after;
            while (open < text.Length && char.IsWhiteSpace(text[open]))
            {
                open++;
            }

            if (open < text.Length && text[open] == '{' && Close(text, open) is { } close)
            {
                last = text[(open + 1)..close];
                after = close + 1;
            }
            else if (open < text.Length && open > after - 1 && char.IsAsciiDigit(text[open]))
            {
                last = text[open..(open + 1)]; // in "\boxed 5" TeX takes one token
            }
        }

        return last;
    }

    private static int Next(string text, int from, out int after)
    {
        var (at, length) = (-1, 0);
        foreach (var command in Commands)
        {
            var found = text.IndexOf(command, from, StringComparison.Ordinal);
            if (found >= 0 && (at < 0 || found < at))
            {
                (at, length) = (found, command.Length);
            }
        }

        after = at + length;
        return at;
    }

    /// <summary>Index of the brace that closes the one at <paramref name="open"/>. Escaped braces \{ and \} do not count.</summary>
    private static int? Close(string text, int open)
    {
        var depth = 0;
        for (var i = open; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '\\':
                    i++;
                    break;
                case '{':
                    depth++;
                    break;
                case '}' when --depth == 0:
                    return i;
            }
        }

        return null;
    }
}
