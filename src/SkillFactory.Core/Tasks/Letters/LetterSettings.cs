using SkillFactory.Core.Randomness;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Core.Tasks.Letters;

/// <summary>How Letter Countdown questions are made. Read from a recipe's task settings; defaults in brackets.</summary>
/// <param name="Length">Length of the word (the level).</param>
/// <param name="Words">words [0 = all]: questions are made from the first N, most common, words of the list. Grading takes all of
/// the dictionary.</param>
/// <param name="ExtraLetters">extraLetters [0]: random letters added to those of the word. With 0 the number of questions is the number
/// of words with different letters, of which a split holds a part.</param>
/// <param name="Dictionary">dictionary [common]: which answers count as English words. "common": the list questions are made from, which the
/// shipped tiny base was taught. "wide": a spelling dictionary, for models that know English.</param>
public sealed record LetterSettings(int Length, IReadOnlyList<string> Words, int ExtraLetters, WordDictionary Dictionary)
{
    private const int MostExtraLetters = 8;

    public static LetterSettings Read(QuestionSpec spec)
    {
        var length = WordList.Lengths.FirstOrDefault(l => l.ToString() == spec.Level);
        if (length == 0)
        {
            throw new UserErrorException(
                $"task letter_countdown: level '{spec.Level}' is not a word length; known: {string.Join(", ", WordList.Lengths)}"
            );
        }

        var all = WordList.OfLength(length).Words;
        var reader = new TaskSettings(LetterCountdownTask.TaskName, spec.Settings);
        var words = reader.Int("words", 0, 0, all.Count);
        var extra = reader.Int("extraLetters", 0, 0, MostExtraLetters);
        var dictionary = WordList.DictionaryOf(reader.Choice("dictionary", "common", WordList.DictionaryNames));
        reader.RefuseUnknown();
        return new(length, words == 0 ? all : [.. all.Take(words)], extra, dictionary);
    }

    public LetterGold Draw(RandomStream random) => Scramble(random.Pick(Words), random);

    /// <summary>The word's letters and the extra ones in random order, not showing the word itself.</summary>
    public LetterGold Scramble(string word, RandomStream random)
    {
        var letters = word.ToList();
        for (var i = 0; i < ExtraLetters; i++)
        {
            letters.Add((char)('a' + random.Next(26)));
        }

        do
        {
            random.Shuffle(letters);
        } while (string.Concat(letters).Contains(word, StringComparison.Ordinal));

        return new(string.Concat(letters), Length, Dictionary);
    }
}
