namespace SkillFactory.Grading;

/// <summary>Answers as grades show them.</summary>
public static class Answers
{
    private const int MaxShownLength = 200;

    /// <summary>An answer as a grade shows it: trimmed, and cut after 200 characters.</summary>
    public static string Clip(string answer) => Clip(answer, MaxShownLength);

    /// <summary>A text trimmed and cut, but not within a surrogate pair.</summary>
    public static string Clip(string text, int length) =>
        text.Trim() is var trimmed && trimmed.Length <= length
            ? trimmed
            : trimmed[..(char.IsHighSurrogate(trimmed[length - 1]) ? length - 1 : length)] + "…";
}
