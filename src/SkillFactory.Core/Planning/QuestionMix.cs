using SkillFactory.Core.Prompts;
using SkillFactory.Core.Randomness;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.Tasks;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Core.Planning;

/// <summary>Draws questions from several sources so that every section of the result has the sources' shares (with weights 3 and 1, each 16
/// questions are 12 and 4). Draws are deterministic, and a shorter draw is the beginning of a longer one.</summary>
/// <param name="prompts">The prompt set, which decides the wording of questions.</param>
/// <param name="find">Finds a task by name.</param>
public sealed class QuestionMix(IReadOnlyList<QuestionSource> sources, string prompts, Func<string, ITask> find)
{
    private const int DefaultDuringTraining = 128;

    /// <summary>Distinct questions.</summary>
    /// <exception cref="UserErrorException">A source is invalid or has too few questions.</exception>
    public IReadOnlyList<Question> Distinct(Split split, int count, KeyedRandom random)
    {
        // Sources may overlap (one task at two settings), so questions of an earlier source are skipped.
        var order = Order(count);
        var taken = new HashSet<string>(StringComparer.Ordinal);
        List<IReadOnlyList<Question>> drawn =
        [
            .. sources.Select(
                (source, i) =>
                {
                    var own = NotTaken(source, split, order.Count(o => o == i), random, taken);
                    taken.UnionWith(own.Select(q => q.Id));
                    return own;
                }
            ),
        ];
        return Interleave(order, drawn);
    }

    /// <summary>Questions for a training run. A source whose split has too few questions repeats them from the start.</summary>
    /// <exception cref="UserErrorException">A source is invalid or has no question in this split.</exception>
    public IReadOnlyList<Question> StartingOver(Split split, int count, KeyedRandom random)
    {
        var order = Order(count);
        return Interleave(order, [.. sources.Select((source, i) => UpTo(source, split, order.Count(o => o == i), random))]);
    }

    /// <summary>Validation questions for evaluations during training. They are the same for every stage, arm and seed with this mix, so
    /// that their curves can be compared.</summary>
    /// <param name="count">Number of questions; null for 128.</param>
    /// <exception cref="UserErrorException">A source is invalid or has too few questions.</exception>
    public IReadOnlyList<Question> DuringTraining(int? count) =>
        Distinct(Split.Validation, count ?? DefaultDuringTraining, KeyedRandom.Of(0, "during training"));

    /// <summary>Questions of a single source.</summary>
    public static IReadOnlyList<Question> Of(
        QuestionSource source,
        string prompts,
        Split split,
        int count,
        KeyedRandom random,
        ITask task
    ) =>
        task.Generate(
            new QuestionSpec(source.Level, source.Settings, PromptSet.Get(prompts).Wording),
            split,
            count,
            random.Child($"{source.Task}/{source.Level}").Child(CanonicalJson.Hash(source.Settings))
        );

    private static List<Question> Interleave(List<int> order, List<IReadOnlyList<Question>> drawn)
    {
        var next = new int[drawn.Count];
        return [.. order.Select(source => drawn[source][next[source]++ % drawn[source].Count])];
    }

    /// <summary>The source of each question: always the one that is furthest behind its share.</summary>
    private List<int> Order(int count)
    {
        var total = sources.Sum(s => s.Weight);
        var credit = new double[sources.Count];
        var order = new List<int>(count);
        for (var n = 0; n < count; n++)
        {
            for (var i = 0; i < credit.Length; i++)
            {
                credit[i] += sources[i].Weight;
            }

            var next = Array.IndexOf(credit, credit.Max());
            credit[next] -= total;
            order.Add(next);
        }

        return order;
    }

    private IReadOnlyList<Question> Generate(QuestionSource source, Split split, int count, KeyedRandom random) =>
        Of(source, prompts, split, count, random, find(source.Task));

    private List<Question> NotTaken(QuestionSource source, Split split, int count, KeyedRandom random, HashSet<string> taken)
    {
        for (var asked = count; ; )
        {
            List<Question> fresh = [.. Generate(source, split, asked, random).Where(q => !taken.Contains(q.Id)).Take(count)];
            if (fresh.Count == count)
            {
                return fresh;
            }

            asked += count - fresh.Count;
        }
    }

    private IReadOnlyList<Question> UpTo(QuestionSource source, Split split, int count, KeyedRandom random)
    {
        if (TryGenerate(count) is { } all)
        {
            return all;
        }

        // A task only says whether it has the number asked for, so the most that it has is found by bisection. One question must exist.
        var most = Generate(source, split, 1, random);
        for (var (low, high) = (1, count); high - low > 1; )
        {
            var middle = (low + high) / 2;
            if (TryGenerate(middle) is { } found)
            {
                (most, low) = (found, middle);
            }
            else
            {
                high = middle;
            }
        }

        return most;

        IReadOnlyList<Question>? TryGenerate(int n)
        {
            try
            {
                return Generate(source, split, n, random);
            }
            catch (UserErrorException) when (n > 1)
            {
                return null;
            }
        }
    }
}
