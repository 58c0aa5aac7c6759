namespace SkillFactory.Data.RecipeInputs;

/// <summary>What a model can hold, and how long texts are to it.</summary>
/// <param name="Positions">Most tokens of a prompt and its response together.</param>
/// <param name="Prompt">The text of a prompt, up to where the response begins.</param>
/// <param name="Count">Number of tokens of a text.</param>
public sealed record ModelLimits(int Positions, Func<string?, string, string> Prompt, Func<string, int> Count)
{
    /// <summary>Most tokens of a text without counting them: a token is at least one byte, and composing characters (NFC) at most triples
    /// the bytes.</summary>
    public static int AtMost(string text) =>
        System.Text.Ascii.IsValid(text) ? text.Length + 1 : (3 * System.Text.Encoding.UTF8.GetByteCount(text)) + 1;

    /// <summary>Number of tokens of the longest text that has more than <paramref name="room"/>; 0 if there is none.</summary>
    public int Longest(IEnumerable<string> texts, int room) =>
        texts.Where(t => AtMost(t) > room).Select(Count).Where(c => c > room).DefaultIfEmpty(0).Max();
}
