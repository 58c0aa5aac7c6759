using SkillFactory.Core.Prompts;
using SkillFactory.Core.Randomness;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.Tasks;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Core.Planning;

/// <summary>Draws questions from several sources so that every stretch of the result has the sources' shares (weights 3 and 1: every 16
/// questions are 12 and 4). Deterministic, and a shorter draw is the beginning of a longer one.</summary>
/// <param name="prompts">The prompt set, which says how questions are worded.</param>
/// <param name="find">Finds a task by name.</param>
public sealed class QuestionMix(IReadOnlyList<QuestionSource> sources, string prompts, Func<string, ITask> find)
{
    private const int DefaultDuringTraining = 128;

    /// <summary>Distinct questions.</summary>
    /// <exception cref="UserErrorException">A source is invalid or holds too few questions.</exception>
    public IReadOnlyList<Question> Distinct(Split split, int count, KeyedRandom random)
    {
        // Sources may overlap (one task at two settings): what an earlier source gave is not taken again.
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

    /// <summary>Questions for a training run: distinct within a source as long as its split has more, then the source from its start.</summary>
    /// <exception cref="UserErrorException">A source is invalid or has no question in this split.</exception>
    public IReadOnlyList<Question> StartingOver(Split split, int count, KeyedRandom random)
    {
        var order = Order(count);
        return Interleave(order, [.. sources.Select((source, i) => UpTo(source, split, order.Count(o => o == i), random))]);
    }

    /// <summary>Validation questions for evaluations during training: the same for every stage, arm and seed with this mix, so that their
    /// curves can be laid over each other.</summary>
    /// <param name="count">How many; null for the default.</param>
    /// <exception cref="UserErrorException">A source is invalid or holds too few questions.</exception>
    public IReadOnlyList<Question> DuringTraining(int? count) =>
        Distinct(Split.Validation, count ?? DefaultDuringTraining, KeyedRandom.Of(0, "during training"));

    /// <summary>One source by itself.</summary>
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

    /// <summary>Which source each question comes from: the source furthest behind its share is next.</summary>
    private List<int> Order(int count)
    {
        var total = sources.Sum(s => s.Weight);
        if (total <= 0)
        {
            throw new UserErrorException("the question sources have no weight above 0");
        }

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

        // A task says only whether it has as many as asked for: halve the distance to the most it has. One question must exist.
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
