namespace SkillFactory.Grading.Markup;

/// <summary>The pairs of braces in a text. Escaped braces \{ and \} do not count.</summary>
internal static class Braces
{
    /// <summary>The index of the closing brace by the index of its opening brace. Braces without a counterpart are omitted. The text is
    /// read once, so that unclosed braces cost no more than closed ones.</summary>
    public static IReadOnlyDictionary<int, int> Pairs(string text)
    {
        var pairs = new Dictionary<int, int>();
        var open = new Stack<int>();
        for (var i = 0; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '\\':
                    i++;
                    break;
                case '{':
                    open.Push(i);
                    break;
                case '}' when open.Count > 0:
                    pairs[open.Pop()] = i;
                    break;
            }
        }

        return pairs;
    }
}
