using System.Globalization;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Core.Tasks.Letters;

/// <summary>The gold of a Letter Countdown question, written in <see cref="Question.Gold"/> as "e a p l = 4": the letters as shown and the
/// length of the word to find. "e a p l = 4 wide" accepts any word of the wide dictionary.</summary>
/// <param name="Letters">Lower-case letters in the order shown.</param>
/// <param name="Length">Length of the word.</param>
/// <param name="Dictionary">The words that are accepted.</param>
public sealed record LetterGold(string Letters, int Length, WordDictionary Dictionary = WordDictionary.Common)
{
    /// <summary>Equal for every order of the letters.</summary>
    public QuestionIdentity Identity => QuestionIdentity.Of(LetterCountdownTask.TaskName, $"{WordList.Sorted(Letters)} = {Length}");

    public override string ToString() =>
        $"{string.Join(' ', Letters.AsEnumerable())} = {Length}{(Dictionary == WordDictionary.Wide ? " wide" : "")}";

    /// <exception cref="UserErrorException">The text does not follow the notation.</exception>
    public static LetterGold Parse(string text, string questionId)
    {
        var dictionary = text.EndsWith(" wide", StringComparison.Ordinal) ? WordDictionary.Wide : WordDictionary.Common;
        var words = (dictionary == WordDictionary.Wide ? text[..^" wide".Length] : text).Split(' ');
        if (
            words is not [.. var letters, "=", var number]
            || !letters.All(l => l.Length == 1 && char.IsAsciiLetterLower(l[0]))
            || !int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var length)
            || !WordList.Lengths.Contains(length)
            || letters.Length < length
        )
        {
            throw new UserErrorException(
                $"question {questionId}: gold '{text}' is not a letter_countdown gold; expected letters, '=', a length "
                    + $"({string.Join(" or ", WordList.Lengths)}) and optionally 'wide', e.g. 'e a p l = 4'"
            );
        }

        return new(string.Concat(letters), length, dictionary);
    }
}
