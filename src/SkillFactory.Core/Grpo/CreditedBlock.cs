using SkillFactory.Core.Traces;
using SkillFactory.Grading;

namespace SkillFactory.Core.Grpo;

/// <summary>An attempt or a reflection inside a response, as far as credit goes.</summary>
/// <param name="IsReflection">A reflection; else an attempt.</param>
/// <param name="Start">Response tokens before its text.</param>
/// <param name="End">Response tokens up to the end of its text.</param>
/// <param name="Good">The attempt is correct, or the verdict true; null when that cannot be said: an attempt that could not be scored, a reflection
/// of such a one, without a verdict, or not right after an attempt.</param>
public sealed record CreditedBlock(bool IsReflection, int Start, int End, bool? Good)
{
    /// <summary>The blocks of a response with marked attempts, in order; none of a plain answer, which is one attempt and has the response's own
    /// advantage.</summary>
    /// <param name="trace">The response.</param>
    /// <param name="grade">Grades an attempt's text by itself.</param>
    /// <param name="tokensTo">Tokens that the first so many characters of the response took.</param>
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
                : attempt;
            blocks.Add(new CreditedBlock(block.IsReflection, tokensTo(block.Start), tokensTo(block.Start + block.Text.Length), good));

            // A second reflection of the same attempt is not paid for: it would be paid for repeating the first.
            before = attempt;
        }

        return blocks;
    }
}
