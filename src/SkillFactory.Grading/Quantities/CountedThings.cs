using System.Text.RegularExpressions;

namespace SkillFactory.Grading.Quantities;

/// <summary>The words by which a question and its gold answer name what is counted. After a number they are its unit, as known units of
/// measure are: "5 apples" is 5 when the question asks for apples.</summary>
public sealed partial class CountedThings
{
    /// <summary>Any word may name what is counted. Golds are read so: their words are to be trusted.</summary>
    public static readonly CountedThings Any = new([]);

    private readonly Lazy<HashSet<string>> _stems;

    private CountedThings(IReadOnlyList<string> texts) =>
        _stems = new(() =>
            new HashSet<string>(
                texts.SelectMany(t => WordPattern().Matches(t)).Select(m => Stem(m.Value)),
                StringComparer.OrdinalIgnoreCase
            )
        );

    /// <param name="texts">The question and the gold answer. They are read only when an answer has an unknown word.</param>
    public static CountedThings In(params IReadOnlyList<string> texts) => new(texts);

    /// <summary>Whether a word is among them, in the singular or plural. One or two letters may be a variable or an abbreviation (5x, 5 k)
    /// and never are.</summary>
    public bool Contain(string word) => word.Length > 2 && (ReferenceEquals(this, Any) || _stems.Value.Contains(Stem(word)));

    private static string Stem(string word) =>
        word.Length < 4 ? word
        : word.EndsWith("ies", StringComparison.OrdinalIgnoreCase) ? word[..^3] + "y"
        : SibilantPluralPattern().IsMatch(word) ? word[..^2]
        : word.EndsWith("s", StringComparison.OrdinalIgnoreCase) && !word.EndsWith("ss", StringComparison.OrdinalIgnoreCase) ? word[..^1]
        : word;

    [GeneratedRegex("(?:x|ch|sh|ss)es$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex SibilantPluralPattern();

    [GeneratedRegex(@"\p{L}+")]
    private static partial Regex WordPattern();
}
