using System.Buffers;
using System.Text.RegularExpressions;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Tokenization.Patterns;

/// <summary>A pattern of a tokenizer: a regular expression in Oniguruma's syntax, or literal text. Two patterns are equal when they are
/// written the same. Thread-safe.</summary>
public sealed class CodePointPattern : IEquatable<CodePointPattern>
{
    private const int MaxOnStack = 256;

    private readonly Regex? _regex;
    private readonly CodePointAlphabet? _alphabet;

    private CodePointPattern(string source, Regex? regex, CodePointAlphabet? alphabet) =>
        (Source, _regex, _alphabet) = (source, regex, alphabet);

    /// <summary>The pattern as it is written.</summary>
    public string Source { get; }

    public bool IsLiteral => _regex is null;

    /// <param name="pattern">A regular expression in Oniguruma's syntax.</param>
    /// <param name="key">The file and key that hold it, for error messages.</param>
    /// <exception cref="UserErrorException">The pattern is malformed, or uses a construct that has no equal in .NET.</exception>
    public static CodePointPattern Parse(string pattern, string key)
    {
        var node = PatternParser.Parse(pattern, key);
        var alphabet = CodePointAlphabet.Of(PatternWriter.SetsOf(node))
            ?? throw new UserErrorException($"{key}: the pattern '{pattern}' distinguishes too many characters");
        try
        {
            var regex = new Regex(PatternWriter.Write(node, alphabet), RegexOptions.CultureInvariant | RegexOptions.Compiled);
            return new CodePointPattern(pattern, regex, alphabet);
        }
        catch (ArgumentException error)
        {
            throw new UserErrorException($"{key}: the pattern '{pattern}' is not supported: {error.Message}", error);
        }
    }

    /// <param name="text">Text to find; not empty.</param>
    public static CodePointPattern Literal(string text) => new(text, null, null);

    public bool Equals(CodePointPattern? other) => other is not null && Source == other.Source && IsLiteral == other.IsLiteral;

    public override bool Equals(object? obj) => Equals(obj as CodePointPattern);

    public override int GetHashCode() => HashCode.Combine(Source, IsLiteral);

    public override string ToString() => Source;

    /// <summary>The matches in order. They do not overlap, but may be empty.</summary>
    internal void Matches(ReadOnlySpan<char> text, List<(int Start, int End)> into)
    {
        if (_regex is null)
        {
            Occurrences(text, into);
            return;
        }

        var letters = text.Length <= MaxOnStack ? [] : ArrayPool<char>.Shared.Rent(text.Length);
        var positions = text.ContainsAnyInRange('\ud800', '\udfff') ? ArrayPool<int>.Shared.Rent(text.Length + 1) : [];
        try
        {
            Span<char> written = letters.Length == 0 ? stackalloc char[text.Length] : letters.AsSpan(0, text.Length);
            var count = _alphabet!.Write(text, written, positions);
            if (positions.Length > 0)
            {
                positions[count] = text.Length;
            }

            var last = -1;
            foreach (var match in _regex.EnumerateMatches(written[..count]))
            {
                var (start, end) = (match.Index, match.Index + match.Length);

                // The reference does not count an empty match where another one has just ended.
                if (end > start || start != last)
                {
                    into.Add(positions.Length > 0 ? (positions[start], positions[end]) : (start, end));
                }

                last = end;
            }
        }
        finally
        {
            if (letters.Length > 0)
            {
                ArrayPool<char>.Shared.Return(letters);
            }

            if (positions.Length > 0)
            {
                ArrayPool<int>.Shared.Return(positions);
            }
        }
    }

    private void Occurrences(ReadOnlySpan<char> text, List<(int Start, int End)> into)
    {
        for (var at = 0; text[at..].IndexOf(Source, StringComparison.Ordinal) is >= 0 and var step; at += step + Source.Length)
        {
            into.Add((at + step, at + step + Source.Length));
        }
    }
}
