namespace SkillFactory.Core.Tasks.Letters;

/// <summary>English words of one length from the embedded lists (see Words/NOTICE.txt).</summary>
public sealed class WordList
{
    private static readonly Dictionary<int, Lazy<WordList>> Lists = new()
    {
        [4] = new(() => new(Load("four.txt"))),
        [5] = new(() => new(Load("five.txt"))),
    };

    private static readonly Dictionary<int, Lazy<WordList>> WideLists = new()
    {
        [4] = new(() => new(Load("wide-four.txt"))),
        [5] = new(() => new(Load("wide-five.txt"))),
    };

    private readonly HashSet<string> _set;

    private WordList(IReadOnlyList<string> words) => (Words, _set) = (words, [.. words]);

    /// <summary>Word lengths for which lists exist.</summary>
    public static IReadOnlyList<int> Lengths { get; } = [.. Lists.Keys.Order()];

    /// <summary>Lower-case a–z without duplicates. The common list is sorted by frequency, the wide one alphabetically.</summary>
    public IReadOnlyList<string> Words { get; }

    /// <summary>Names of <see cref="WordDictionary"/> in recipes and golds.</summary>
    internal static IReadOnlyList<string> DictionaryNames { get; } = ["common", "wide"];

    /// <summary>The common words of a length, which must be one of <see cref="Lengths"/>.</summary>
    public static WordList OfLength(int length) => Lists[length].Value;

    /// <summary>The words of a length in a dictionary.</summary>
    public static WordList OfLength(int length, WordDictionary dictionary) =>
        (dictionary == WordDictionary.Wide ? WideLists : Lists)[length].Value;

    internal static WordDictionary DictionaryOf(string name) => name == "wide" ? WordDictionary.Wide : WordDictionary.Common;

    public bool Contains(string word) => _set.Contains(word);

    /// <summary>The letters of a text in alphabetical order.</summary>
    public static string Sorted(string letters) => string.Concat(letters.Order());

    /// <summary>Whether a word can be formed from the letters, each used at most once.</summary>
    public static bool Fits(string word, string letters)
    {
        Span<int> counts = stackalloc int[26];
        foreach (var c in letters)
        {
            counts[c - 'a']++;
        }

        foreach (var c in word)
        {
            if (c is < 'a' or > 'z' || --counts[c - 'a'] < 0)
            {
                return false;
            }
        }

        return true;
    }

    private static string[] Load(string file)
    {
        using var stream = typeof(WordList).Assembly.GetManifestResourceStream($"SkillFactory.Core.Tasks.Letters.Words.{file}")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
    }
}
