using System.Text.RegularExpressions;
using SkillFactory.Grading;

namespace SkillFactory.Core.Traces;

/// <summary>One block of a response.</summary>
/// <param name="IsReflection">True for a reflection, false for an attempt.</param>
/// <param name="Text">Text between the tags.</param>
/// <param name="Cut">The response hit its length limit inside this block.</param>
/// <param name="End">Characters of the response up to the end of this block, its closing tag included.</param>
public sealed record TraceBlock(bool IsReflection, string Text, bool Cut, int End)
{
    /// <summary>The last verdict of a reflection; null for attempts and for reflections without a verdict.</summary>
    public bool? Verdict { get; } = IsReflection ? Tags.LastVerdict(Text) : null;

    /// <summary>Characters of the response before <see cref="Text"/>.</summary>
    public int Start { get; init; }

    /// <summary>Whether this attempt alone is correct; null if it could not be graded.</summary>
    public bool? Truth(Func<string, Grade> grade) => Truth(Cut ? null : grade(Text));

    /// <inheritdoc cref="Truth(Func{string, Grade})"/>
    /// <param name="grade">Null for a truncated attempt.</param>
    public static bool? Truth(Grade? grade) =>
        grade?.Outcome switch
        {
            Outcome.Correct => true,
            Outcome.Unscored => null,
            _ => false,
        };
}

/// <summary>
/// A response parsed into attempts and reflections. Parsing never fails; malformed responses are parsed leniently. A block ends at its
/// closing tag, at the next opening of a block, at the end of the think block, or with the text. A response without any
/// <c>&lt;sample&gt;</c> is one attempt if it contains an answer; otherwise it has no attempts.
/// </summary>
public sealed class ResponseTrace
{
    private ResponseTrace(string response, bool truncated, IReadOnlyList<TraceBlock> blocks, bool isExplicit, bool wellFormed)
    {
        Response = response;
        Truncated = truncated;
        Blocks = blocks;
        IsExplicit = isExplicit;
        IsWellFormed = wellFormed;
    }

    public string Response { get; }

    public bool Truncated { get; }

    /// <summary>Attempts and reflections in order.</summary>
    public IReadOnlyList<TraceBlock> Blocks { get; }

    /// <summary>Whether the attempts are marked by tags. False for a plain answer.</summary>
    public bool IsExplicit { get; }

    /// <summary>
    /// True if all of this holds: the response is not truncated; every tag is closed in the right order, with blocks inside at most one
    /// think block and never inside each other; there is at least one attempt; each reflection directly follows an attempt and ends in a
    /// valid verdict; outside the blocks there is at most one answer, after the last block and after the think block; and there is an
    /// answer at all.
    /// </summary>
    public bool IsWellFormed { get; }

    public IEnumerable<TraceBlock> Attempts => Blocks.Where(b => !b.IsReflection);

    public IEnumerable<TraceBlock> Reflections => Blocks.Where(b => b.IsReflection);

    /// <summary>The verdicts, and whether the response stopped after each. The last verdict before the next attempt or the end counts, as a
    /// reflection may change its verdict. Stopped means that no attempt follows; this is unknown for the last verdict of a truncated
    /// response, which is omitted.</summary>
    public IEnumerable<(bool SaidCorrect, bool Stopped)> Decisions()
    {
        bool? pending = null;
        foreach (var block in Blocks)
        {
            if (block.IsReflection)
            {
                pending = block.Verdict ?? pending;
                continue;
            }

            if (pending is { } verdict)
            {
                yield return (verdict, false);
            }

            pending = null;
        }

        if (pending is { } last && !Truncated)
        {
            yield return (last, true);
        }
    }

    public static ResponseTrace Parse(string response, bool truncated)
    {
        var blocks = new List<TraceBlock>();
        var grammar = new TraceGrammar();
        var (open, start) = ("", 0);
        foreach (Match match in TraceTags.Pattern().Matches(response))
        {
            var (closing, tag) = (match.Groups[1].Length > 0, match.Groups[2].Value);
            grammar.Read(tag, closing);
            if (open.Length > 0 && EndsBlock(open, tag, closing))
            {
                blocks.Add(
                    new TraceBlock(
                        open == Tags.Reflect,
                        response[start..match.Index],
                        false,
                        closing && tag == open ? match.Index + match.Length : match.Index
                    )
                    {
                        Start = start,
                    }
                );
                open = "";
            }

            if (!closing && tag is Tags.Sample or Tags.Reflect && open.Length == 0)
            {
                (open, start) = (tag, match.Index + match.Length);
            }
        }

        if (open.Length > 0)
        {
            blocks.Add(new TraceBlock(open == Tags.Reflect, response[start..], truncated, response.Length) { Start = start });
        }

        var isExplicit = blocks.Any(b => !b.IsReflection);
        if (!isExplicit && Tags.LastAnswer(response) is not null)
        {
            blocks.Insert(0, new TraceBlock(false, response, truncated, response.Length));
        }

        var wellFormed = !truncated && isExplicit && grammar.IsComplete && Follows(blocks) && Tags.LastAnswer(response) is not null;
        return new ResponseTrace(response, truncated, blocks, isExplicit, wellFormed);
    }

    private static bool EndsBlock(string open, string tag, bool closing) =>
        closing ? tag == open || tag == Tags.Think : tag is Tags.Sample or Tags.Reflect;

    /// <summary>Each reflection directly follows an attempt and has a verdict.</summary>
    private static bool Follows(List<TraceBlock> blocks)
    {
        for (var i = 0; i < blocks.Count; i++)
        {
            if (blocks[i].IsReflection && (i == 0 || blocks[i - 1].IsReflection || blocks[i].Verdict is null))
            {
                return false;
            }
        }

        return true;
    }
}
