using SkillFactory.Core.Randomness;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Core.Tasks.Letters;

/// <summary>Settings for generating Letter Countdown questions, read from a recipe's task settings. Defaults are in brackets.</summary>
/// <param name="Length">Length of the word (the level).</param>
/// <param name="Words">words [0 = all]: questions are made from the N most common words of the list. Grading accepts the whole
/// dictionary.</param>
/// <param name="ExtraLetters">extraLetters [0]: number of random letters added to those of the word. With 0, the number of questions in all
/// splits is the number of words with distinct letters.</param>
/// <param name="Dictionary">dictionary [common]: which answers count as English words. "common" is the list that questions are made from
/// and that the shipped tiny base was trained on. "wide" is a spelling dictionary, for models that know English.</param>
public sealed record LetterSettings(int Length, IReadOnlyList<string> Words, int ExtraLetters, WordDictionary Dictionary)
{
    private const int MaxExtraLetters = 8;

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
        var extra = reader.Int("extraLetters", 0, 0, MaxExtraLetters);
        var dictionary = WordList.DictionaryOf(reader.Choice("dictionary", "common", WordList.DictionaryNames));
        reader.RefuseUnknown();
        return new(length, words == 0 ? all : [.. all.Take(words)], extra, dictionary);
    }

    public LetterGold Draw(RandomStream random) => Scramble(random.Pick(Words), random);

    /// <summary>Shuffles the letters of a word and the extra letters, so that they do not show the word itself.</summary>
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
