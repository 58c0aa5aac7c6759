using System.Text;
using System.Text.RegularExpressions;

namespace SkillFactory.Grading.Markup;

/// <summary>Finds answers in LaTeX boxes: \boxed{…}, \fbox{…}, and \boxed 12 without braces.</summary>
public static partial class Boxed
{
    /// <summary>The answer in the last box, or null. Braces inside it are matched; of nested boxes the outer one counts, and a box that
    /// is not closed does not. A box without braces holds one whole number that ends the line or the sentence; when the last box is
    /// followed by another number or by a part of one, the result is null.</summary>
    /// <remarks>Boxes joined by a comma, "and" or "or" are one answer. A box that is a part of a calculation is not the answer alone: the
    /// answer of -\boxed{5} is -5, that of \boxed{5}\pi is 5π. Scale words and a percent sign after a box belong to its number.</remarks>
    public static string? Answer(string text)
    {
        var boxes = Of(text).ToList();
        if (boxes is not [.., { Content: not null } last])
        {
            return null;
        }

        var first = boxes.Count - 1;
        var isChoice = false;
        while (
            first > 0
            && boxes[first - 1].Content is not null
            && BoxNeighbours.Joint(text[boxes[first - 1].End..boxes[first].Start]) is { Length: > 0 } joint
        )
        {
            isChoice |= joint == "or";
            first--;
        }

        var content =
            first == boxes.Count - 1
                ? last.Content
                : string.Join(isChoice ? " or " : ", ", boxes[first..].Select(b => b.Content!.Trim()).Distinct(StringComparer.Ordinal));
        return BoxNeighbours.WithWhatBelongsToIt(text[..boxes[first].Start], content, text[last.End..]);
    }

    /// <summary>The text with its boxes replaced by their content; null when it has none.</summary>
    internal static string? Opened(string text)
    {
        StringBuilder? opened = null;
        var from = 0;
        foreach (var box in Of(text).Where(b => b.Content is not null))
        {
            opened = (opened ?? new StringBuilder()).Append(text, from, box.Start - from).Append(' ').Append(box.Content).Append(' ');
            from = box.End;
        }

        return opened?.Append(text, from, text.Length - from).ToString();
    }

    /// <summary>What is written before the first and after the last box.</summary>
    internal static (string Before, string After) Around(string text)
    {
        var boxes = Of(text).ToList();
        return boxes.Count == 0 ? (text, "") : (text[..boxes[0].Start], text[boxes[^1].End..]);
    }

    private static IEnumerable<Box> Of(string text)
    {
        IReadOnlyDictionary<int, int>? pairs = null;
        for (var command = CommandPattern().Match(text); command.Success; )
        {
            pairs ??= Braces.Pairs(text);
            var after = command.Index + command.Length;
            if (after < text.Length && text[after] == '{')
            {
                if (pairs.TryGetValue(after, out var close))
                {
                    yield return new Box(command.Index, text[(after + 1)..close], close + 1);
                    after = close + 1;
                }
            }
            else if (after < text.Length && (char.IsAsciiDigit(text[after]) || text[after] is '-' or '.' or '\\'))
            {
                var number = BareNumberPattern().Match(text, after);
                yield return new Box(command.Index, number.Success ? number.Value : null, after + number.Length);
            }

            command = CommandPattern().Match(text, after);
        }
    }

    /// <param name="Content">Null for a number without braces of which only a part could be read.</param>
    private readonly record struct Box(int Start, string? Content, int End);

    [GeneratedRegex(@"\\(?:boxed|fbox)(?![A-Za-z])\s*")]
    private static partial Regex CommandPattern();

    [GeneratedRegex(@"\G-?(?:[0-9]+(?:(?:,|\{,\})[0-9]{3})*(?:\.[0-9]+)?|\.[0-9]+)(?=[ \t]*(?:[$\r\n<]|\\[)\]]|$|[.,;:!?)](?:\s|\$|$)))")]
    private static partial Regex BareNumberPattern();
}
