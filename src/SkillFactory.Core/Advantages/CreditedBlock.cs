using SkillFactory.Core.Traces;
using SkillFactory.Grading;

namespace SkillFactory.Core.Advantages;

/// <summary>An attempt or a reflection within a response, with the data for its credit.</summary>
/// <param name="IsReflection">Whether it is a reflection rather than an attempt.</param>
/// <param name="Start">Number of response tokens before its text.</param>
/// <param name="End">Number of response tokens up to the end of its text.</param>
/// <param name="IsRight">Whether the attempt is correct, or the reflection's verdict is. An attempt that could not be
/// graded counts as not correct. Null for a reflection that has no verdict or does not directly follow a graded attempt.</param>
public sealed record CreditedBlock(bool IsReflection, int Start, int End, bool? IsRight)
{
    /// <summary>The blocks of a response with marked attempts, in order. A plain answer has none: it is one attempt and has the response's
    /// own advantage.</summary>
    /// <param name="trace">The response.</param>
    /// <param name="grade">Grades the text of a single attempt.</param>
    /// <param name="tokensTo">Maps a number of leading characters of the response to their number of tokens.</param>
    public static IReadOnlyList<CreditedBlock> Of(ResponseTrace trace, Func<string, Grade> grade, Func<int, int> tokensTo)
    {
        if (!trace.IsExplicit)
        {
            return [];
        }

        var blocks = new List<CreditedBlock>(trace.Blocks.Count);
        bool? before = null;
        foreach (var block in trace.Blocks)
        {
            var attempt = block.IsReflection ? null : block.Truth(grade);
            var good = block.IsReflection
                ? block.Verdict is { } verdict && before is { } right
                    ? verdict == right
                    : (bool?)null
                : attempt ?? false;
            blocks.Add(new CreditedBlock(block.IsReflection, tokensTo(block.Start), tokensTo(block.Start + block.Text.Length), good));

            // A second reflection on the same attempt gets no credit, because credit would reward repetition.
            before = attempt;
        }

        return blocks;
    }
}
