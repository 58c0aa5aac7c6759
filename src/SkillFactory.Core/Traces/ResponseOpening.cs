using System.Text.RegularExpressions;
using SkillFactory.Grading;

namespace SkillFactory.Core.Traces;

/// <summary>
/// The start of a response that the prompt already holds: chat templates of reasoning models end the prompt with <c>&lt;think&gt;</c>. The
/// model continues after it, so it belongs to the response that is read (graded, parsed into attempts), and a trained response does not
/// write it again. A block that the prompt opens and closes is not part of the response.
/// </summary>
/// <param name="Text">From the first tag that the prompt opens and does not close to the end of the prompt; empty for most models.</param>
public sealed record ResponseOpening(string Text)
{
    public static ResponseOpening None { get; } = new("");

    /// <param name="generationPrompt">The text that the chat template writes before the assistant's response.</param>
    public static ResponseOpening Of(string generationPrompt)
    {
        var open = new Stack<(string Tag, int At)>();
        foreach (Match match in TraceTags.Pattern().Matches(generationPrompt))
        {
            var tag = match.Groups[2].Value;
            if (match.Groups[1].Length == 0)
            {
                open.Push((tag, match.Index));
            }
            else if (open.TryPeek(out var last) && last.Tag == tag)
            {
                open.Pop();
            }
        }

        return open.Count == 0 ? None : new ResponseOpening(generationPrompt[open.Last().At..]);
    }

    /// <summary>Whether a response that is written in full begins with the tags of the opening.</summary>
    public bool Begins(string response) => Length(response) is not null;

    /// <summary>What a response says after the opening: without the opening's tags and without white space that the prompt already holds.
    /// All of it when it does not begin with those tags.</summary>
    public string After(string response) => response[(Length(response) ?? 0)..];

    /// <inheritdoc cref="After(string)"/>
    public IReadOnlyList<TraceSegment> After(IReadOnlyList<TraceSegment> segments)
    {
        var skipped = Length(string.Concat(segments.Select(s => s.Text))) ?? 0;
        if (skipped == 0)
        {
            return segments;
        }

        var rest = new List<TraceSegment>(segments.Count);
        foreach (var segment in segments)
        {
            var cut = Math.Min(skipped, segment.Text.Length);
            skipped -= cut;
            if (cut < segment.Text.Length)
            {
                rest.Add(segment with { Text = segment.Text[cut..] });
            }
        }

        return rest;
    }

    /// <summary>A response without the opening and without the tags that close it, so that it can stand within another trace. Other tags
    /// stay.</summary>
    public string Unwrap(string response)
    {
        var text = After(response);
        foreach (Match match in TraceTags.Pattern().Matches(Text))
        {
            var close = Tags.Close(match.Groups[2].Value);
            var at = text.IndexOf(close, StringComparison.Ordinal);
            text = at < 0 ? text : text.Remove(at, close.Length);
        }

        return text;
    }

    /// <summary>Characters of a response that the prompt already holds; null when the response begins otherwise.</summary>
    private int? Length(string response)
    {
        var (at, last) = (0, 0);
        foreach (Match match in TraceTags.Pattern().Matches(Text))
        {
            while (at < response.Length && char.IsWhiteSpace(response[at]))
            {
                at++;
            }

            if (!response.AsSpan(at).StartsWith(match.Value, StringComparison.Ordinal))
            {
                return null;
            }

            at += match.Length;
            last = match.Index + match.Length;
        }

        return at + response.AsSpan(at).CommonPrefixLength(Text.AsSpan(last));
    }
}
