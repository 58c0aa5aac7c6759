namespace SkillFactory.Core.Tasks.Files;

/// <summary>Text without regard to white space.</summary>
public static class Spaces
{
    /// <summary>Runs of white space as one space, none at the ends.</summary>
    public static string Collapse(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
