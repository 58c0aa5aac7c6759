using System.Text;
using SkillFactory.Grading;

namespace SkillFactory.Core.Traces;

/// <summary>What the filters look for in a text, whatever the settings: found once, and kept when the text itself is not.</summary>
[Flags]
public enum TextSigns : byte
{
    None = 0,

    /// <summary>Looked at as an attempt: the next two count.</summary>
    OfAttempt = 1,

    /// <summary>There is an answer span.</summary>
    Answer = 2,

    /// <summary>There is a tag that an attempt within a trace must not hold.</summary>
    TagsInAttempt = 4,

    /// <summary>Looked at as a reflection: the next three count.</summary>
    OfReflection = 8,

    /// <summary>The last verdict is Correct.</summary>
    SaysCorrect = 16,

    /// <summary>The last verdict is Incorrect.</summary>
    SaysIncorrect = 32,

    /// <summary>There is a tag that a reflection within a trace must not hold.</summary>
    TagsInReflection = 64,
}

/// <summary>Finds <see cref="TextSigns"/>.</summary>
public static class TextSignFinder
{
    private const TagSet NotInAttempts = TagSet.Think | TagSet.Sample | TagSet.Reflect | TagSet.Verdict;
    private const TagSet NotInReflections = TagSet.Think | TagSet.Sample | TagSet.Reflect | TagSet.Answer;

    /// <param name="text">As UTF-8.</param>
    /// <param name="roles"><see cref="TextSigns.OfAttempt"/>, <see cref="TextSigns.OfReflection"/> or both.</param>
    public static TextSigns Find(ReadOnlySpan<byte> text, TextSigns roles) => Find(text, roles, out _);

    /// <param name="answer">Content of its last answer span, when it is looked at as an attempt.</param>
    /// <inheritdoc cref="Find(ReadOnlySpan{byte}, TextSigns)"/>
    public static TextSigns Find(ReadOnlySpan<byte> text, TextSigns roles, out ReadOnlySpan<byte> answer)
    {
        var (signs, tags) = (roles, TagScan.Of(text));
        answer = default;
        if (roles.HasFlag(TextSigns.OfAttempt))
        {
            if (tags.LastAnswer is { } span)
            {
                signs |= TextSigns.Answer;
                answer = text[span];
            }

            signs |= (tags.Seen & NotInAttempts) != 0 ? TextSigns.TagsInAttempt : TextSigns.None;
        }

        if (roles.HasFlag(TextSigns.OfReflection))
        {
            var verdict = tags.LastVerdict is { } span ? Tags.ParseVerdict(text[span]) : null;
            signs |= verdict switch
            {
                true => TextSigns.SaysCorrect,
                false => TextSigns.SaysIncorrect,
                null => TextSigns.None,
            };
            signs |= (tags.Seen & NotInReflections) != 0 && HoldsTags(text) ? TextSigns.TagsInReflection : TextSigns.None;
        }

        return signs;
    }

    /// <summary>Whether a reflection holds tags within those that it may come wrapped in.</summary>
    private static bool HoldsTags(ReadOnlySpan<byte> reflection) =>
        (TagScan.Of(Encoding.UTF8.GetBytes(AttemptFilter.Unwrap(Encoding.UTF8.GetString(reflection)))).Seen & NotInReflections) != 0;
}
