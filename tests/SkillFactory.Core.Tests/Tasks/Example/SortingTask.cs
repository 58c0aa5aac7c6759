using System.Globalization;
using SkillFactory.Core.Randomness;
using SkillFactory.Core.Tasks;
using SkillFactory.Grading;
using SkillFactory.Grading.Markup;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Core.Tests.Tasks.Example;

/// <summary>Whole numbers to be put in ascending order. Level: how many, 2 to 20. Setting: max [99]. Gold: the numbers in order, "3 14
/// 15".</summary>
public sealed class SortingTask : ITask, IAnswerProvider
{
    public string Name => "sorting";

    public IReadOnlyList<Question> Generate(QuestionSpec spec, Split split, int count, KeyedRandom random)
    {
        if (!int.TryParse(spec.Level, NumberStyles.None, CultureInfo.InvariantCulture, out var numbers) || numbers is < 2 or > 20)
        {
            throw new UserErrorException($"task {Name}: found level '{spec.Level}', expected how many numbers, 2 to 20");
        }

        var settings = new TaskSettings(Name, spec.Settings);
        var max = settings.Int("max", defaultValue: 99, min: 9, max: 9999);
        settings.RefuseUnknown();
        var compact = Wordings.Get(spec.Wording) == Wording.Compact;
        return DistinctDraws.Take(Name, spec.Level, split, count, random, stream =>
        {
            int[] drawn = [.. Enumerable.Range(0, numbers).Select(_ => stream.Next(max + 1))];
            var (shown, gold) = (string.Join(' ', drawn), string.Join(' ', drawn.Order()));

            // Id and split depend on the canonical form of the question, so that no question is in two splits.
            var identity = QuestionIdentity.Of(Name, gold);
            var text = compact
                ? $"Sort:{shown}\n"
                : $"Put these numbers in ascending order: {shown}. Finish with all of them between <answer> and </answer> tags.";
            return identity.Split == split ? (identity, new Question(identity.Id(Name, spec.Level), Name, spec.Level, text, gold)) : null;
        });
    }

    Grade ITask.GradeAnswer(Question question, string answer)
    {
        if (Parse(AnswerMarkup.Unwrap(answer)) is not { } numbers)
        {
            return new(Outcome.Unparseable, Answers.Clip(answer), "it is not a list of whole numbers");
        }

        var given = string.Join(' ', numbers);
        var grade =
            given == question.Gold
                ? new Grade(Outcome.Correct, Answers.Clip(answer), "")
                : new Grade(Outcome.Wrong, Answers.Clip(answer), $"the order is {question.Gold}");

        // Attempts with the same canonical answer are duplicates, and count together in a majority vote.
        return grade with
        {
            Canonical = given,
        };
    }

    public void Validate(Question question)
    {
        if (Parse(question.Gold) is not { Length: >= 2 } numbers || question.Gold != string.Join(' ', numbers.Order()))
        {
            throw new UserErrorException(
                $"{question.Id}: found the gold answer '{question.Gold}', expected two or more whole numbers in ascending order, '3 14 15'"
            );
        }
    }

    public string AnswerTo(Question question) => question.Gold;

    private static int[]? Parse(string text)
    {
        var words = text.Split([' ', ',', '\n'], StringSplitOptions.RemoveEmptyEntries);
        var numbers = new int[words.Length];
        for (var i = 0; i < words.Length; i++)
        {
            if (!int.TryParse(words[i], NumberStyles.None, CultureInfo.InvariantCulture, out numbers[i]))
            {
                return null;
            }
        }

        return numbers.Length > 0 ? numbers : null;
    }
}
