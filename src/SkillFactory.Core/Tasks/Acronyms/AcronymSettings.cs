using SkillFactory.Core.Randomness;
using SkillFactory.Core.Tasks.Letters;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Core.Tasks.Acronyms;

/// <summary>Settings for generating acronym questions, read from a recipe's task settings. Defaults are in brackets.</summary>
/// <param name="Length">Length of the acronym (the level).</param>
/// <param name="MinWords">minWords [the length]: fewest words in a list.</param>
/// <param name="MaxWords">maxWords [8]: most words in a list. The number of words is uniform between the two.</param>
/// <param name="InOrder">order [any]: "any" lets the chosen words be used in any order, "listed" only in the order of the list.</param>
/// <param name="Dictionary">dictionary [wide]: which acronyms count as English words. "wide" is a spelling dictionary, "common" the list of
/// common words that all questions are made from.</param>
public sealed record AcronymSettings(int Length, int MinWords, int MaxWords, bool InOrder, WordDictionary Dictionary)
{
    private const int LargestMaxWords = 16;
    private const int DefaultMaxWords = 8;

    /// <summary>All common words by first letter.</summary>
    private static readonly Lazy<IReadOnlyDictionary<char, string[]>> ByInitial = new(() =>
        WordList.Lengths.SelectMany(l => WordList.OfLength(l).Words).GroupBy(w => w[0]).ToDictionary(g => g.Key, g => g.ToArray())
    );

    private static readonly Lazy<string[]> AllWords = new(() => [.. WordList.Lengths.SelectMany(l => WordList.OfLength(l).Words)]);

    public static AcronymSettings Read(QuestionSpec spec)
    {
        var length = WordList.Lengths.FirstOrDefault(l => l.ToString() == spec.Level);
        if (length == 0)
        {
            throw new UserErrorException(
                $"task {AcronymTask.TaskName}: level '{spec.Level}' is not the length of an acronym; "
                    + $"known: {string.Join(", ", WordList.Lengths)}"
            );
        }

        var reader = new TaskSettings(AcronymTask.TaskName, spec.Settings);
        var settings = new AcronymSettings(
            length,
            MinWords: reader.Int("minWords", length, length, LargestMaxWords),
            MaxWords: reader.Int("maxWords", DefaultMaxWords, length, LargestMaxWords),
            InOrder: reader.Choice("order", "any", ["any", "listed"]) == "listed",
            Dictionary: WordList.DictionaryOf(reader.Choice("dictionary", "wide", WordList.DictionaryNames))
        );
        reader.RefuseUnknown();
        if (settings.MinWords > settings.MaxWords)
        {
            throw new UserErrorException(
                $"task {AcronymTask.TaskName}: minWords {settings.MinWords} is greater than maxWords {settings.MaxWords}"
            );
        }

        return settings.InOrder && settings.MaxWords == length
            ? throw new UserErrorException(
                $"task {AcronymTask.TaskName}: with order listed and maxWords {length} every list spells its own answer; "
                    + $"expected maxWords of at least {length + 1}"
            )
            : settings;
    }

    /// <summary>Draws a list around a common word, so that it has a solution. Null when no word begins with one of the letters, or when the
    /// first letters show the solution in order.</summary>
    public AcronymGold? Draw(RandomStream random)
    {
        var acronym = random.Pick(WordList.OfLength(Length).Words);
        var chosen = new List<string>();
        foreach (var letter in acronym)
        {
            if (DrawWord(random, ByInitial.Value.GetValueOrDefault(letter, []), acronym, chosen) is not { } word)
            {
                return null;
            }

            chosen.Add(word);
        }

        for (var more = random.Next(MinWords, MaxWords) - Length; more > 0; more--)
        {
            if (DrawWord(random, AllWords.Value, acronym, chosen) is { } word)
            {
                chosen.Insert(InOrder ? random.Next(chosen.Count + 1) : chosen.Count, word);
            }
        }

        if (!InOrder)
        {
            random.Shuffle(chosen);
        }

        var gold = new AcronymGold(chosen, Length, InOrder, Dictionary);
        return gold.Initials.Contains(acronym, StringComparison.Ordinal) ? null : gold;
    }

    /// <summary>Draws a word that is neither the answer nor in the list yet; null when the draw fails.</summary>
    private static string? DrawWord(RandomStream random, string[] words, string acronym, List<string> chosen)
    {
        if (words.Length == 0)
        {
            return null;
        }

        var word = random.Pick(words);
        return word != acronym && !chosen.Contains(word) ? word : null;
    }
}
