using SkillFactory.Core.Randomness;

namespace SkillFactory.Core.Traces;

/// <summary>An attempt that may enter a trace: it has an answer, is not truncated, and has at least one usable reflection if the format
/// needs reflections.</summary>
/// <param name="Attempt">The attempt.</param>
/// <param name="Correct">Whether the grader scored it correct.</param>
/// <param name="Reflections">The reflections that passed the filters, sorted by id; empty if the format needs none.</param>
/// <param name="Answer">The answer in the form in which a trace restates it.</param>
/// <param name="Rank">Its rank; null unless attempts are drawn by rank.</param>
public sealed record UsableAttempt(
    TraceAttempt Attempt,
    bool Correct,
    IReadOnlyList<TraceReflection> Reflections,
    string Answer,
    AttemptRank? Rank = null
);

/// <summary>
/// The usable attempts of one question, sorted by id. They are drawn uniformly (the paper) or by rank. Drawing by rank first decides
/// uniformly which positions of a trace are correct and which wrong, so that the mix of a format does not change. It then fills each
/// position with an attempt of that class, with probability proportional to 1 / rank.
/// </summary>
/// <param name="ranked">Draws by rank; every attempt must have a rank.</param>
/// <param name="distinctVariants">Draws at most one attempt of each prompt variant per trace.</param>
public sealed class AttemptPool(IReadOnlyList<UsableAttempt> attempts, bool ranked = false, bool distinctVariants = false)
{
    public IReadOnlyList<UsableAttempt> All { get; } = attempts;

    public IReadOnlyList<UsableAttempt> Correct { get; } = [.. attempts.Where(a => a.Correct)];

    public IReadOnlyList<UsableAttempt> Wrong { get; } = [.. attempts.Where(a => !a.Correct)];

    /// <summary>The same attempts, with at most one of each prompt variant per trace.</summary>
    public AttemptPool WithDistinctVariants() => new(All, ranked, distinctVariants: true);

    /// <summary>Draws one attempt.</summary>
    public UsableAttempt Pick(IReadOnlyList<UsableAttempt> from, RandomStream random)
    {
        var pick = random.Pick(from);
        return ranked ? ByRank([.. from.Where(a => a.Correct == pick.Correct)], random) : pick;
    }

    /// <summary>Draws without replacement. Returns the attempts in the order drawn, or null if there are too few.</summary>
    /// <param name="from">The attempts to draw from.</param>
    /// <param name="count">Number of attempts to draw.</param>
    /// <param name="random">Source of the draws.</param>
    /// <param name="with">Attempts already in the trace, which are not drawn again.</param>
    public IReadOnlyList<UsableAttempt>? Draw(
        IReadOnlyList<UsableAttempt> from,
        int count,
        RandomStream random,
        params IReadOnlyList<UsableAttempt> with
    )
    {
        var rest = Without(from, with);
        if (distinctVariants)
        {
            return DrawOfDistinctVariants(rest, count, random, with);
        }

        List<UsableAttempt> left = ranked ? [.. rest] : [];
        if (Uniform(rest, count, random) is not { } drawn)
        {
            return null;
        }

        if (!ranked)
        {
            return drawn;
        }

        return
        [
            .. drawn.Select(place =>
            {
                var best = ByRank([.. left.Where(a => a.Correct == place.Correct)], random);
                left.Remove(best);
                return best;
            }),
        ];
    }

    private static List<UsableAttempt> Without(IReadOnlyList<UsableAttempt> from, IReadOnlyList<UsableAttempt> with)
    {
        var rest = new List<UsableAttempt>(from.Count);
        for (var i = 0; i < from.Count; i++)
        {
            var isIn = false;
            for (var j = 0; j < with.Count && !isIn; j++)
            {
                isIn = ReferenceEquals(with[j], from[i]);
            }

            if (!isIn)
            {
                rest.Add(from[i]);
            }
        }

        return rest;
    }

    private List<UsableAttempt>? DrawOfDistinctVariants(
        List<UsableAttempt> rest,
        int count,
        RandomStream random,
        IReadOnlyList<UsableAttempt> with
    )
    {
        var used = with.Select(a => a.Attempt.Variant).ToHashSet(StringComparer.Ordinal);
        if (used.Count < with.Count)
        {
            return null;
        }

        var variants = rest.Where(a => !used.Contains(a.Attempt.Variant))
            .GroupBy(a => a.Attempt.Variant, StringComparer.Ordinal)
            .OrderBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => g.ToList())
            .ToList();
        return Uniform(variants, count, random)?.ConvertAll(variant => Pick(variant, random));
    }

    private static UsableAttempt ByRank(IReadOnlyList<UsableAttempt> from, RandomStream random) =>
        from[random.PickWeighted([.. from.Select(a => 1.0 / a.Rank!.Place)])];

    /// <summary>Partial Fisher–Yates shuffle: a uniform draw without replacement, in random order.</summary>
    /// <param name="rest">The items to draw from; reordered.</param>
    private static List<T>? Uniform<T>(List<T> rest, int count, RandomStream random)
    {
        if (rest.Count < count)
        {
            return null;
        }

        for (var i = 0; i < count; i++)
        {
            var j = random.Next(i, rest.Count - 1);
            (rest[i], rest[j]) = (rest[j], rest[i]);
        }

        return rest[..count];
    }
}
