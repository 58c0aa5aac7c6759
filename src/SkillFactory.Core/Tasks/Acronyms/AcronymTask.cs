using SkillFactory.Core.Randomness;
using SkillFactory.Core.Tasks.Letters;
using SkillFactory.Grading;
using SkillFactory.Grading.Markup;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Core.Tasks.Acronyms;

/// <summary>The model chooses some of the listed words so that their first letters spell an English word of a given length. Level: the
/// length, "4" or "5". Settings: <see cref="AcronymSettings"/>. Gold: <see cref="AcronymGold"/>. Every dictionary word that can be spelled
/// is correct, and at least one exists.</summary>
public sealed class AcronymTask : ITask, IAnswerProvider
{
    public const string TaskName = "acronym";

    private const int MaxAnswerLength = 256;

    public string Name => TaskName;

    public IReadOnlyList<Question> Generate(QuestionSpec spec, Split split, int count, KeyedRandom random)
    {
        var settings = AcronymSettings.Read(spec);
        var wording = Wordings.Get(spec.Wording);
        return DistinctDraws.Take(TaskName, spec.Level, split, count, random, stream =>
            settings.Draw(stream) is { } gold && gold.Identity is var identity && identity.Split == split
                ? (identity, ToQuestion(gold, wording))
                : null
        );
    }

    Grade ITask.GradeAnswer(Question question, string answer)
    {
        var gold = AcronymGold.Parse(question.Gold, question.Id);
        var plain = AnswerMarkup.UnwrapWords(answer);
        if (Read(gold, plain) is not { } word)
        {
            return new(
                Outcome.Unparseable,
                Answers.Clip(answer),
                plain.Length == 0 ? "the answer is empty" : "the answer is neither one word nor some of the listed words"
            );
        }

        var wrong =
            word.Length != gold.Length ? $"'{word}' has {word.Length} letters, not {gold.Length}"
            : !gold.Spells(word)
                ? $"'{word}' cannot be spelled with the first letters {string.Join(", ", gold.Initials.AsEnumerable())}"
                    + (gold.InOrder ? " in this order" : "")
            : !WordList.OfLength(gold.Length, gold.Dictionary).Contains(word) ? $"'{word}' is not in the dictionary"
            : null;
        return wrong is null ? new(Outcome.Correct, word, "") : new(Outcome.Wrong, word, wrong);
    }

    public void Validate(Question question)
    {
        var gold = AcronymGold.Parse(question.Gold, question.Id);
        if (WordOf(gold) is null)
        {
            throw new UserErrorException($"question {question.Id}: the first letters of '{question.Gold}' spell no word of the dictionary");
        }
    }

    public string AnswerTo(Question question) =>
        WordOf(AcronymGold.Parse(question.Gold, question.Id))
        ?? throw new UserErrorException($"question {question.Id}: the first letters of '{question.Gold}' spell no word of the dictionary");

    public Question FromGold(string id, string text, string gold)
    {
        var question = new Question(id, TaskName, AcronymGold.Parse(gold, id).Length.ToString(), text, gold);
        Validate(question);
        return question;
    }

    public static Question ToQuestion(AcronymGold gold, Wording wording) =>
        new(gold.Identity.Id(TaskName, gold.Length.ToString()), TaskName, gold.Length.ToString(), Text(gold, wording), gold.ToString());

    /// <summary>The first dictionary word that can be spelled; null when there is none.</summary>
    private static string? WordOf(AcronymGold gold) => WordList.OfLength(gold.Length, gold.Dictionary).Words.FirstOrDefault(gold.Spells);

    /// <summary>The acronym, written either as a word or as the listed words that spell it, each at most once; null for anything
    /// else.</summary>
    private static string? Read(AcronymGold gold, string answer)
    {
        if (answer.Length > MaxAnswerLength)
        {
            return null;
        }

        string[] words =
        [
            .. answer
                .ToLowerInvariant()
                .Split([' ', ',', '\n', '\r', '\t'], StringSplitOptions.RemoveEmptyEntries)
                .Select(w => w.Trim('`', '"', '\'', '*', '.')),
        ];
        if (words is [{ Length: > 0 } single] && single.All(char.IsAsciiLetterLower))
        {
            return single;
        }

        var left = gold.Words.ToList();
        return words.Length > 1 && words.All(left.Remove) ? string.Concat(words.Select(w => w[0])) : null;
    }

    private static string Text(AcronymGold gold, Wording wording) =>
        wording switch
        {
            Wording.Compact => $"Words:{string.Join(',', gold.Words)} Length:{gold.Length}\n",
            _ =>
                $"""
                {Wordings.Instruction}

                # Problem
                Choose some of the words in the list [{string.Join(", ", gold.Words)}] so that their first letters, {(
                    gold.InOrder ? "in the order of the list" : "in an order of your choice"
                )}, spell one valid English word of exactly {gold.Length} letters. Each word of the list may be used at most once.

                Put the word that the first letters spell, and nothing else, between the tags: <answer>your word</answer>

                # Example
                For the words [{(
                    gold.InOrder ? "cup, moon, apple, tiger" : "tiger, moon, cup, apple"
                )}] and a word of 3 letters, a solution is to choose cup, apple and tiger:
                <answer>cat</answer>
                """,
        };
}
