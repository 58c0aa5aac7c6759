namespace SkillFactory.Core.Tasks.Letters;

/// <summary>Which words count as English.</summary>
public enum WordDictionary
{
    /// <summary>The few hundred common words that questions are made from.</summary>
    Common,

    /// <summary>Those and the words of a spelling dictionary, several thousand of each length.</summary>
    Wide,
}

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

    /// <summary>Word lengths there are lists for.</summary>
    public static IReadOnlyList<int> Lengths { get; } = [.. Lists.Keys.Order()];

    /// <summary>Lower-case a–z, no duplicates. Common words: the most common first; wide: in alphabetical order.</summary>
    public IReadOnlyList<string> Words { get; }

    /// <summary>The names of <see cref="WordDictionary"/> as recipes and golds write them.</summary>
    internal static IReadOnlyList<string> DictionaryNames { get; } = ["common", "wide"];

    /// <summary>The common words of a length, which must be one of <see cref="Lengths"/>.</summary>
    public static WordList OfLength(int length) => Lists[length].Value;

    /// <summary>The words of a length that count as English.</summary>
    public static WordList OfLength(int length, WordDictionary dictionary) =>
        (dictionary == WordDictionary.Wide ? WideLists : Lists)[length].Value;

    internal static WordDictionary DictionaryOf(string name) => name == "wide" ? WordDictionary.Wide : WordDictionary.Common;

    public bool Contains(string word) => _set.Contains(word);

    /// <summary>The letters of a text in alphabetical order.</summary>
    public static string Sorted(string letters) => string.Concat(letters.Order());

    /// <summary>Whether a word can be laid with the letters, each used at most once.</summary>
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
