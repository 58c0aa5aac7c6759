using System.Text.Json;

namespace SkillFactory.Tables.Rows;

/// <summary>Lists that are written as JSON text, because their file has no lists (CSV).</summary>
public static class ListText
{
    /// <summary>The list in a text; null if the text is anything else.</summary>
    public static JsonElement? Parse(ReadOnlySpan<byte> text)
    {
        if (text.TrimStart(" \t\r\n"u8) is not [(byte)'[', ..])
        {
            return null;
        }

        try
        {
            return JsonElement.Parse(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
