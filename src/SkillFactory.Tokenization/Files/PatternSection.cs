using SkillFactory.Tokenization.Patterns;

namespace SkillFactory.Tokenization.Files;

/// <summary>Reads a pattern: {"Regex": …} or {"String": …}.</summary>
internal static class PatternSection
{
    public static CodePointPattern Read(FileSection section)
    {
        if (section.Member("Regex") is { } regex)
        {
            return CodePointPattern.Parse(regex.Json.GetString()!, $"{section.Source}: {regex.Key}");
        }

        var text = section.Text("String");
        section.RefuseUnless(text.Length > 0, "an empty text");
        return CodePointPattern.Literal(text);
    }
}
