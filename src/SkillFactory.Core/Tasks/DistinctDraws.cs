using SkillFactory.Core.Randomness;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Core.Tasks;

/// <summary>Collects distinct questions from a generator whose draws may fail or repeat.</summary>
internal static class DistinctDraws
{
    /// <summary>Number of successive draws without a new question after which the question space counts as exhausted. A question that a
    /// draw finds with probability 1e-4 is missed with probability e^-10.</summary>
    public const int MaxFruitlessDraws = 100_000;

    /// <param name="draw">Draws one question with its identity, or null.</param>
    /// <exception cref="UserErrorException">Fewer than <paramref name="count"/> were found.</exception>
    public static IReadOnlyList<Question> Take(
        string task,
        string level,
        Split split,
        int count,
        KeyedRandom random,
        Func<RandomStream, (QuestionIdentity Identity, Question Question)?> draw
    )
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        var questions = new List<Question>(count);
        var seen = new HashSet<ulong>(count);
        var stream = random.Stream();
        for (var misses = 0; questions.Count < count; misses++)
        {
            if (misses == MaxFruitlessDraws)
            {
                throw TooFew(
                    task,
                    level,
                    split,
                    count,
                    $"only {questions.Count} were found ({MaxFruitlessDraws:N0} further draws gave no new one)"
                );
            }

            if (draw(stream) is { } drawn && seen.Add(drawn.Identity.Hash))
            {
                questions.Add(drawn.Question);
                misses = -1;
            }
        }

        return questions;
    }

    /// <summary>Draws from a question space that is small enough to list. When two entries are the same question, <paramref name="random"/>
    /// decides which of them is taken.</summary>
    /// <exception cref="UserErrorException">The split holds fewer than <paramref name="count"/>; the message says how many.</exception>
    public static IReadOnlyList<Question> TakeListed(
        string task,
        string level,
        Split split,
        int count,
        KeyedRandom random,
        IEnumerable<(QuestionIdentity Identity, Question Question)> space
    )
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        var inSplit = space.Where(q => q.Identity.Split == split).ToList();
        random.Stream().Shuffle(inSplit);
        var distinct = inSplit.DistinctBy(q => q.Identity).Select(q => q.Question).ToList();
        return distinct.Count >= count ? distinct[..count] : throw TooFew(task, level, split, count, $"it holds {distinct.Count}");
    }

    private static UserErrorException TooFew(string task, string level, Split split, int count, string found) =>
        new(
            $"task {task}, level {level}: {count} distinct questions of the {split} split requested, {found}; "
                + "request fewer or widen the task's settings"
        );
}
