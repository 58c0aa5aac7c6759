using SkillFactory.Core.Randomness;
using SkillFactory.Core.Sampling;

namespace SkillFactory.Core.Traces;

/// <summary>An attempt that may enter a trace: it has an answer, ended by itself, and at least one critique judged it rightly.</summary>
/// <param name="Attempt">The rollout.</param>
/// <param name="Correct">Its true correctness.</param>
/// <param name="Reflections">The critiques kept, by id; never empty.</param>
public sealed record UsableAttempt(Rollout Attempt, bool Correct, IReadOnlyList<Rollout> Reflections);

/// <summary>The usable attempts of one question, by id.</summary>
public sealed class AttemptPool(IReadOnlyList<UsableAttempt> attempts)
{
    public IReadOnlyList<UsableAttempt> All { get; } = attempts;

    public IReadOnlyList<UsableAttempt> Correct { get; } = [.. attempts.Where(a => a.Correct)];

    public IReadOnlyList<UsableAttempt> Wrong { get; } = [.. attempts.Where(a => !a.Correct)];

    /// <summary>Draws uniformly without replacement, in the order drawn; null when there are fewer than <paramref name="count"/>.</summary>
    public static IReadOnlyList<UsableAttempt>? Draw(IEnumerable<UsableAttempt> from, int count, RandomStream random)
    {
        var rest = from.ToList();
        if (rest.Count < count)
        {
            return null;
        }

        // Partial Fisher–Yates: the first `count` places end up a uniform draw in uniform order.
        for (var i = 0; i < count; i++)
        {
            var j = random.Next(i, rest.Count - 1);
            (rest[i], rest[j]) = (rest[j], rest[i]);
        }

        return rest[..count];
    }
}
