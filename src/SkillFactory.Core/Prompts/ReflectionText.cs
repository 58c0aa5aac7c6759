using SkillFactory.Grading;

namespace SkillFactory.Core.Prompts;

/// <summary>The text of a reflection as it is spliced into a trace.</summary>
public static class ReflectionText
{
    private static readonly string Open = Tags.Open(Tags.Reflect);
    private static readonly string Close = Tags.Close(Tags.Reflect);

    /// <summary>The reflection without the reflect tags a model may have put around it, trimmed. Text outside a closed pair is dropped; an
    /// unpaired tag is dropped alone, so that the result can always be wrapped again.</summary>
    public static string Inner(string response)
    {
        var text = response;
        var open = text.IndexOf(Open, StringComparison.Ordinal);
        var close = text.LastIndexOf(Close, StringComparison.Ordinal);
        if (open >= 0 && close > open)
        {
            text = text[(open + Open.Length)..close];
        }

        return text.Replace(Open, "", StringComparison.Ordinal).Replace(Close, "", StringComparison.Ordinal).Trim();
    }
}
