namespace SkillFactory.Core.Tasks;

/// <summary>Normalises white space.</summary>
public static class Whitespace
{
    /// <summary>Replaces each run of white space with one space and trims both ends.</summary>
    public static string Collapse(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
