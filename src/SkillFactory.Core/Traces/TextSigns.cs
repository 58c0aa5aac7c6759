using System.Text;
using SkillFactory.Core.Grading;

namespace SkillFactory.Core.Traces;

/// <summary>What the filters look for in a text, whatever the settings: found once, and kept when the text itself is not.</summary>
[Flags]
internal enum TextSigns : byte
{
    None = 0,

    /// <summary>Looked at as an attempt: the next two count.</summary>
    OfAttempt = 1,

    /// <summary>There is an answer span.</summary>
    Answer = 2,

    /// <summary>There is a tag that an attempt within a trace must not hold.</summary>
    TagsInAttempt = 4,

    /// <summary>Looked at as a critique: the next three count.</summary>
    OfCritique = 8,

    /// <summary>The last verdict is Correct.</summary>
    SaysCorrect = 16,

    /// <summary>The last verdict is Incorrect.</summary>
    SaysIncorrect = 32,

    /// <summary>There is a tag that a critique within a trace must not hold.</summary>
    TagsInCritique = 64,
}

/// <summary>Finds <see cref="TextSigns"/>.</summary>
internal static class TextSignFinder
{
    private static readonly TagSearch NotInAttempts = new(Tags.Think, Tags.Sample, Tags.Reflect, Tags.Verdict);
    private static readonly TagSearch NotInCritiques = new(Tags.Think, Tags.Sample, Tags.Reflect, Tags.Answer);

    /// <param name="text">As UTF-8.</param>
    /// <param name="roles"><see cref="TextSigns.OfAttempt"/>, <see cref="TextSigns.OfCritique"/> or both.</param>
    public static TextSigns Find(ReadOnlySpan<byte> text, TextSigns roles)
    {
        var signs = roles;
        if (roles.HasFlag(TextSigns.OfAttempt))
        {
            signs |= Tags.LastAnswerIn(text) is null ? TextSigns.None : TextSigns.Answer;
            signs |= NotInAttempts.IsIn(text) ? TextSigns.TagsInAttempt : TextSigns.None;
        }

        if (roles.HasFlag(TextSigns.OfCritique))
        {
            signs |= Tags.LastVerdict(text) switch { true => TextSigns.SaysCorrect, false => TextSigns.SaysIncorrect, null => TextSigns.None };
            signs |= HoldsTags(text) ? TextSigns.TagsInCritique : TextSigns.None;
        }

        return signs;
    }

    /// <summary>Whether a critique holds tags within those that it may come wrapped in.</summary>
    private static bool HoldsTags(ReadOnlySpan<byte> critique) =>
        NotInCritiques.IsIn(critique) && NotInCritiques.IsIn(Encoding.UTF8.GetBytes(AttemptFilter.Unwrap(Encoding.UTF8.GetString(critique))));
}
