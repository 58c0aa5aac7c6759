using System.Globalization;
using SkillFactory.Primitives.Errors;
using SkillFactory.Tokenization.Characters;

namespace SkillFactory.Tokenization.Patterns;

/// <summary>
/// Parses the regular expressions of tokenizers in the syntax of Oniguruma, with which Hugging Face's tokenizers compiles them. Constructs
/// that have no equal here are errors that name them: backreferences, named calls, conditions, callouts, grapheme clusters, options other
/// than i and m, and case-insensitive characters that may equal several ("ß" and "ss").
/// </summary>
internal sealed class PatternParser
{
    private const int MaxNesting = 200,
        MaxRepeats = 100_000;

    private readonly PatternCursor _cursor;
    private int _depth;

    private PatternParser(PatternCursor cursor) => _cursor = cursor;

    /// <exception cref="UserErrorException">The pattern is malformed or uses an unsupported construct.</exception>
    public static PatternNode Parse(string pattern, string key)
    {
        var parser = new PatternParser(new PatternCursor(pattern, key));
        var node = parser.Choice(new PatternOptions(IgnoreCase: false, DotMatchesNewline: false));
        return parser._cursor.IsAtEnd
            ? FoldCheck.Pass(node, parser._cursor)
            : throw parser._cursor.Refuse("an unopened ')'", parser._cursor.At);
    }

    private PatternNode Choice(PatternOptions options)
    {
        if (++_depth > MaxNesting)
        {
            throw _cursor.Refuse("groups nested too deeply", _cursor.At);
        }

        var items = new List<PatternNode> { Sequence(options) };
        while (_cursor.Take("|"))
        {
            items.Add(Sequence(options));
        }

        _depth--;
        return items.Count == 1 ? items[0] : new ChoiceNode(items);
    }

    private SequenceNode Sequence(PatternOptions options)
    {
        var items = new List<PatternNode>();
        while (!_cursor.IsAtEnd && _cursor.Next is not ('|' or ')'))
        {
            var start = _cursor.At;
            if (Options(options) is { } changed)
            {
                // Options without a group of their own group the rest, its alternatives included.
                items.Add(Choice(changed));
                break;
            }

            if (Item(options) is { } item)
            {
                items.Add(Repeats(item, start));
            }
        }

        return new SequenceNode(items);
    }

    /// <summary>The options after "(?i)"; null, and nothing read, at anything else.</summary>
    private PatternOptions? Options(PatternOptions options)
    {
        var start = _cursor.At;
        if (_cursor.Take("(?") && OptionLetters(ref options, start) && _cursor.Take(")"))
        {
            return options;
        }

        _cursor.Return(start);
        return null;
    }

    /// <summary>Reads letters such as "i-m". Returns whether there is any.</summary>
    private bool OptionLetters(ref PatternOptions options, int start)
    {
        var on = true;
        var any = false;
        while (_cursor.Next is '-' or (>= 'a' and <= 'z') or (>= 'A' and <= 'Z'))
        {
            var letter = _cursor.Take();
            any = true;
            switch (letter)
            {
                case '-':
                    on = false;
                    break;
                case 'i':
                    options = options with { IgnoreCase = on };
                    break;
                case 'm':
                    options = options with { DotMatchesNewline = on };
                    break;
                default:
                    throw _cursor.Refuse($"the option '{(char)letter}'", start);
            }
        }

        return any;
    }

    /// <summary>One item without its quantifier; null for a comment.</summary>
    private PatternNode? Item(PatternOptions options)
    {
        var start = _cursor.At;
        var next = _cursor.Take();
        switch (next)
        {
            case '(':
                return Group(options, start);
            case '[':
                return new SetNode(new ClassParser(_cursor).Read(options, start));
            case '.':
                return new SetNode(options.DotMatchesNewline ? CharacterSets.Any : ~CharacterSets.Newline);
            case '^':
                return new AnchorNode(AnchorKind.LineStart);
            case '$':
                return new AnchorNode(AnchorKind.LineEnd);
            case '*' or '+' or '?':
                throw _cursor.Refuse($"a quantifier '{(char)next}' without a target", start);
            case '\\':
                return Escape(options, start);
            default:
                return new LiteralNode(next, options.IgnoreCase);
        }
    }

    private PatternNode? Group(PatternOptions options, int start)
    {
        if (!_cursor.Take("?"))
        {
            return _cursor.Next == '*' ? throw _cursor.Refuse("a callout '(*'", start) : Closed(Choice(options));
        }

        if (_cursor.Take("#"))
        {
            return _cursor.TakeUntil(')') is null ? throw _cursor.Refuse("an unclosed comment", start) : null;
        }

        if (_cursor.Take(":"))
        {
            return Closed(Choice(options));
        }

        if (_cursor.Take(">"))
        {
            return new AtomicNode(Closed(Choice(options)));
        }

        foreach (
            var (mark, ahead, negated) in ((string, bool, bool)[])
                [("=", true, false), ("!", true, true), ("<=", false, false), ("<!", false, true)]
        )
        {
            if (_cursor.Take(mark))
            {
                var item = Closed(Choice(options));
                return ahead || !item.HasAtomicPart()
                    ? new LookNode(item, ahead, negated)
                    : throw _cursor.Refuse("an atomic group or possessive quantifier in a look-behind", start);
            }
        }

        if (_cursor.Take("<"))
        {
            return _cursor.TakeUntil('>') is null ? throw _cursor.Refuse("an unclosed group name", start) : Closed(Choice(options));
        }

        if (OptionLetters(ref options, start))
        {
            _cursor.Expect(":");
            return Closed(Choice(options));
        }

        throw _cursor.Refuse($"the group '(?{PatternCursor.Rune(_cursor.Take())}'", start);
    }

    private PatternNode Closed(PatternNode node)
    {
        _cursor.Expect(")");
        return node;
    }

    private PatternNode Escape(PatternOptions options, int start)
    {
        switch (_cursor.Take())
        {
            case 'A':
                return new AnchorNode(AnchorKind.TextStart);
            case 'z':
                return new AnchorNode(AnchorKind.TextEnd);
            case 'Z':
                return new AnchorNode(AnchorKind.TextEndOrLastNewline);
            case 'b':
                return new AnchorNode(AnchorKind.WordBoundary);
            case 'B':
                return new AnchorNode(AnchorKind.NotWordBoundary);
            case 'w':
                return new SetNode(CharacterSets.BareWord);
            case 'W':
                return new SetNode(~CharacterSets.BareWord);
            case 'N':
                return new SetNode(~CharacterSets.Newline);
            case 'O':
                return new SetNode(CharacterSets.Any);
            case 'R':
                // A pair of carriage return and line feed is not divided.
                return new AtomicNode(
                    new ChoiceNode([
                        new SequenceNode([new LiteralNode('\r', IgnoreCase: false), new LiteralNode('\n', IgnoreCase: false)]),
                        new SetNode(CodePointSet.Of([(0xa, 0xd), (0x85, 0x85), (0x2028, 0x2029)])),
                    ])
                );
            default:
                _cursor.Return(start + 1);
                return new EscapeReader(_cursor).Set(start) is { } set
                    ? new SetNode(set)
                    : new LiteralNode(new EscapeReader(_cursor).Point(start), options.IgnoreCase);
        }
    }

    private PatternNode Repeats(PatternNode item, int start)
    {
        var node = item;
        while (Quantifier(start) is var (min, max, interval))
        {
            if (node is AnchorNode or LookNode)
            {
                throw _cursor.Refuse("a quantifier on an anchor or a look-around", start);
            }

            // After an interval "?" and "+" are quantifiers of their own, except "?" that makes {n,m} lazy.
            var kind =
                (!interval || min != max) && _cursor.Take("?") ? RepeatKind.Lazy
                : !interval && _cursor.Take("+") ? RepeatKind.Possessive
                : RepeatKind.Greedy;

            // .NET 10 misses matches of lazy loops over groups, or fails, when the groups hold atomic parts.
            node =
                kind != RepeatKind.Lazy || node is SetNode or LiteralNode
                    ? new RepeatNode(node, min, max, kind)
                    : throw _cursor.Refuse("a lazy quantifier on a group", start);
        }

        return node;
    }

    private (int Min, int? Max, bool Interval)? Quantifier(int start)
    {
        if (_cursor.Take("*"))
        {
            return (0, null, false);
        }

        if (_cursor.Take("+"))
        {
            return (1, null, false);
        }

        if (_cursor.Take("?"))
        {
            return (0, 1, false);
        }

        var at = _cursor.At;
        if (!_cursor.Take("{"))
        {
            return null;
        }

        var low = _cursor.TakeDigits(9);
        var comma = _cursor.Take(",");
        var high = comma ? _cursor.TakeDigits(9) : low;
        if ((low.Length == 0 && high.Length == 0) || !_cursor.Take("}"))
        {
            _cursor.Return(at); // a brace that begins no interval is a character
            return null;
        }

        var min = low.Length == 0 ? 0 : int.Parse(low, CultureInfo.InvariantCulture);
        var max = high.Length == 0 ? (int?)null : int.Parse(high, CultureInfo.InvariantCulture);
        return min > MaxRepeats || max > MaxRepeats || max < min
            ? throw _cursor.Refuse($"the interval '{_cursor.Since(at)}'", start)
            : (min, max, true);
    }
}

/// <summary>Options that hold where an item is read.</summary>
internal readonly record struct PatternOptions(bool IgnoreCase, bool DotMatchesNewline);
