using System.Globalization;
using System.Text.RegularExpressions;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Tokenization;

/// <summary>
/// Splits text into pieces by regular expressions. The expressions of tokenizers count code points, but .NET counts UTF-16 units.
/// Therefore a code point beyond U+FFFF is replaced, for matching, by one character of the same Unicode category.
/// </summary>
internal sealed class PieceSplitter
{
    private readonly Regex[] _patterns;

    /// <exception cref="UserErrorException">A pattern is not a valid .NET regular expression.</exception>
    public PieceSplitter(IReadOnlyList<string> patterns, string source)
    {
        _patterns = new Regex[patterns.Count];
        for (var i = 0; i < patterns.Count; i++)
        {
            try
            {
                _patterns[i] = new Regex(patterns[i], RegexOptions.CultureInvariant | RegexOptions.Compiled);
            }
            catch (ArgumentException error)
            {
                throw new UserErrorException($"{source}: pre-tokenizer pattern '{patterns[i]}' is not supported: {error.Message}", error);
            }
        }
    }

    /// <summary>The pieces of <paramref name="text"/> in order. Together they cover the text.</summary>
    public List<Range> Split(ReadOnlySpan<char> text)
    {
        if (!text.ContainsAnyInRange('\ud800', '\udfff'))
        {
            return Cut(text);
        }

        var (shown, starts) = Show(text);
        var pieces = Cut(shown);
        for (var i = 0; i < pieces.Count; i++)
        {
            pieces[i] = starts[pieces[i].Start.Value]..starts[pieces[i].End.Value];
        }

        return pieces;
    }

    private List<Range> Cut(ReadOnlySpan<char> text)
    {
        var pieces = new List<Range>();
        if (text.Length > 0)
        {
            pieces.Add(..text.Length);
        }

        foreach (var pattern in _patterns)
        {
            var finer = new List<Range>(pieces.Count * 2);
            foreach (var piece in pieces)
            {
                var (start, end) = (piece.Start.Value, piece.End.Value);
                var done = start;
                foreach (var match in pattern.EnumerateMatches(text[start..end]))
                {
                    if (match.Length == 0)
                    {
                        continue;
                    }

                    var at = start + match.Index;
                    if (at > done)
                    {
                        finer.Add(done..at);
                    }

                    done = at + match.Length;
                    finer.Add(at..done);
                }

                if (done < end)
                {
                    finer.Add(done..end);
                }
            }

            pieces = finer;
        }

        return pieces;
    }

    /// <summary>One character per code point, and the position of each code point in the original, plus one entry for the end.</summary>
    private static (char[] Shown, int[] Starts) Show(ReadOnlySpan<char> text)
    {
        var shown = new List<char>(text.Length);
        var starts = new List<int>(text.Length + 1);
        for (var i = 0; i < text.Length; i++)
        {
            starts.Add(i);
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                shown.Add(Representative(CharUnicodeInfo.GetUnicodeCategory(char.ConvertToUtf32(text[i], text[i + 1]))));
                i++;
            }
            else
            {
                shown.Add(text[i]);
            }
        }

        starts.Add(text.Length);
        return ([.. shown], [.. starts]);
    }

    private static char Representative(UnicodeCategory category) =>
        category switch
        {
            UnicodeCategory.UppercaseLetter => '\u0100',
            UnicodeCategory.LowercaseLetter => '\u0101',
            UnicodeCategory.ModifierLetter => '\u02b0',
            UnicodeCategory.OtherLetter or UnicodeCategory.TitlecaseLetter => '\u05d0',
            UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark => '\u0300',
            UnicodeCategory.SpacingCombiningMark => '\u0903',
            UnicodeCategory.DecimalDigitNumber => '\u0660',
            UnicodeCategory.LetterNumber => '\u2160',
            UnicodeCategory.OtherNumber => '\u00b2',
            UnicodeCategory.Format => '\u00ad',
            UnicodeCategory.PrivateUse => '\ue000',
            UnicodeCategory.MathSymbol => '\u00d7',
            UnicodeCategory.ModifierSymbol => '\u02c2',
            UnicodeCategory.CurrencySymbol => '\u20ac',
            UnicodeCategory.OtherSymbol => '\u2603',
            UnicodeCategory.OtherNotAssigned => '\u0378',
            _ => '\u2030',
        };
}
