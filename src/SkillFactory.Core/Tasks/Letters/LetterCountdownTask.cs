using SkillFactory.Core.Randomness;
using SkillFactory.Grading;
using SkillFactory.Grading.Markup;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Core.Tasks.Letters;

/// <summary>The model forms one English word of a given length from scrambled letters, each used at most once. Level: the length, "4" or
/// "5". Settings: <see cref="LetterSettings"/>. Gold: <see cref="LetterGold"/>. Every dictionary word that fits is correct.</summary>
public sealed class LetterCountdownTask : ITask, IAnswerProvider
{
    public const string TaskName = "letter_countdown";

    private const int MaxAnswerLength = 32;

    public string Name => TaskName;

    public IReadOnlyList<Question> Generate(QuestionSpec spec, Split split, int count, KeyedRandom random)
    {
        var settings = LetterSettings.Read(spec);
        var wording = Wordings.Get(spec.Wording);
        return settings.ExtraLetters == 0
            ? DistinctDraws.TakeListed(
                TaskName,
                spec.Level,
                split,
                count,
                random,
                settings.Words.Select((word, i) => At(settings.Scramble(word, random.Child(i).Stream())))
            )
            : DistinctDraws.Take(TaskName, spec.Level, split, count, random, stream =>
                settings.Draw(stream) is var gold && gold.Identity.Split == split ? At(gold) : null
            );

        (QuestionIdentity, Question) At(LetterGold gold) => (gold.Identity, ToQuestion(gold, wording));
    }

    Grade ITask.GradeAnswer(Question question, string answer)
    {
        var gold = LetterGold.Parse(question.Gold, question.Id);
        var word = AnswerMarkup.UnwrapWords(answer).Trim('"', '\'', '.').ToLowerInvariant();
        if (word.Length is 0 or > MaxAnswerLength || !word.All(char.IsAsciiLetterLower))
        {
            return new(Outcome.Unparseable, Answers.Clip(answer), word.Length == 0 ? "the answer is empty" : "the answer is not one word");
        }

        var wrong =
            word.Length != gold.Length ? $"'{word}' has {word.Length} letters, not {gold.Length}"
            : !WordList.Fits(word, gold.Letters) ? $"'{word}' cannot be formed from {string.Join(", ", gold.Letters.AsEnumerable())}"
            : !WordList.OfLength(gold.Length, gold.Dictionary).Contains(word) ? $"'{word}' is not in the word list"
            : null;
        return wrong is null ? new(Outcome.Correct, word, "") : new(Outcome.Wrong, word, wrong);
    }

    public void Validate(Question question)
    {
        var gold = LetterGold.Parse(question.Gold, question.Id);
        if (WordOf(gold) is null)
        {
            throw new UserErrorException($"question {question.Id}: no word of the list can be formed from '{question.Gold}'");
        }
    }

    public string AnswerTo(Question question) =>
        WordOf(LetterGold.Parse(question.Gold, question.Id))
        ?? throw new UserErrorException($"question {question.Id}: no word of the list can be formed from '{question.Gold}'");

    public Question FromGold(string id, string text, string gold)
    {
        var question = new Question(id, TaskName, LetterGold.Parse(gold, id).Length.ToString(), text, gold);
        Validate(question);
        return question;
    }

    public static Question ToQuestion(LetterGold gold, Wording wording) =>
        new(gold.Identity.Id(TaskName, gold.Length.ToString()), TaskName, gold.Length.ToString(), Text(gold, wording), gold.ToString());

    /// <summary>The first dictionary word that can be formed; null when there is none.</summary>
    private static string? WordOf(LetterGold gold) =>
        WordList.OfLength(gold.Length, gold.Dictionary).Words.FirstOrDefault(word => WordList.Fits(word, gold.Letters));

    private static string Text(LetterGold gold, Wording wording) =>
        wording switch
        {
            Wording.Compact => $"Letters:{string.Join(',', gold.Letters.AsEnumerable())} Length:{gold.Length}\n",
            _ =>
                $"""
                {Wordings.Instruction}

                # Problem
                Using the letters [{string.Join(
                    ", ",
                    gold.Letters.AsEnumerable()
                )}], form one valid English word of exactly {gold.Length} letters. Each letter of the list may be used at most once.

                Put the word, and nothing else, between the tags: <answer>your word</answer>

                # Example
                For the letters [t, a, c] and a word of 3 letters, a solution is
                <answer>cat</answer>
                """,
        };
}
