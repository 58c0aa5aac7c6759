using System.Globalization;
using SkillFactory.Core.Tasks.Letters;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Core.Tasks.Acronyms;

/// <summary>The gold of an acronym question, written in <see cref="Question.Gold"/> as "table north sugar echo = 4": the listed words and
/// the length of the word to spell, then optionally "in_order" and "common".</summary>
/// <param name="Words">Lower-case words in the order shown.</param>
/// <param name="Length">Length of the acronym.</param>
/// <param name="InOrder">Whether the words must be used in the order shown.</param>
/// <param name="Dictionary">The dictionary that decides which acronyms are English words.</param>
public sealed record AcronymGold(IReadOnlyList<string> Words, int Length, bool InOrder, WordDictionary Dictionary)
{
    /// <summary>First letters in the order shown.</summary>
    public string Initials => string.Concat(Words.Select(w => w[0]));

    /// <summary>Equal for all lists of words with the same first letters, because they allow the same acronyms.</summary>
    public QuestionIdentity Identity => QuestionIdentity.Of(AcronymTask.TaskName, $"{WordList.Sorted(Initials)} = {Length}");

    public override string ToString() =>
        $"{string.Join(' ', Words)} = {Length}{(InOrder ? " in_order" : "")}{(Dictionary == WordDictionary.Common ? " common" : "")}";

    /// <summary>Whether the first letters of some of the words, each used at most once, spell the given word.</summary>
    public bool Spells(string word) => InOrder ? IsSubsequence(word, Initials) : WordList.Fits(word, Initials);

    /// <exception cref="UserErrorException">The text does not follow the notation.</exception>
    public static AcronymGold Parse(string text, string questionId)
    {
        var parts = text.Split(' ');
        var dictionary = parts[^1] == "common" ? WordDictionary.Common : WordDictionary.Wide;
        parts = dictionary == WordDictionary.Common ? parts[..^1] : parts;
        var inOrder = parts is [.., "in_order"];
        parts = inOrder ? parts[..^1] : parts;
        return
            parts is [.. var words, "=", var number]
            && words.All(w => w.Length > 0 && w.All(char.IsAsciiLetterLower))
            && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var length)
            && WordList.Lengths.Contains(length)
            && words.Length >= length
            ? new(words, length, inOrder, dictionary)
            : throw new UserErrorException(
                $"question {questionId}: gold '{text}' is not an acronym gold; expected words, '=', a length "
                    + $"({string.Join(" or ", WordList.Lengths)}), then optionally 'in_order' and 'common', "
                    + "e.g. 'table north sugar echo = 4'"
            );
    }

    private static bool IsSubsequence(string word, string letters)
    {
        var at = 0;
        foreach (var letter in letters)
        {
            at += at < word.Length && word[at] == letter ? 1 : 0;
        }

        return at == word.Length;
    }
}
