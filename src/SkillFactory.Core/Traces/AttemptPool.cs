using SkillFactory.Core.Randomness;

namespace SkillFactory.Core.Traces;

/// <summary>An attempt that may enter a trace: it has an answer, ended by itself, and at least one reflection judged it rightly.</summary>
/// <param name="Attempt">The attempt.</param>
/// <param name="Correct">Its true correctness.</param>
/// <param name="Reflections">The reflections kept, by id; never empty.</param>
/// <param name="Answer">Its answer as it may be restated.</param>
/// <param name="Rank">Where attempts are drawn by rank; else null.</param>
public sealed record UsableAttempt(
    TraceAttempt Attempt,
    bool Correct,
    IReadOnlyList<TraceReflection> Reflections,
    string Answer,
    AttemptRank? Rank = null
);

/// <summary>
/// The usable attempts of one question, by id, and how they are drawn. Uniformly (the paper), or by rank: which places of a trace are
/// right and which wrong is drawn as before, so that the mix of a format stays what it is, and each place is then filled from its class
/// with probability in proportion to 1 / rank.
/// </summary>
/// <param name="ranked">Draw by rank; every attempt then has one.</param>
/// <param name="distinctVariants">No two attempts of a trace come from the same prompt variant.</param>
public sealed class AttemptPool(IReadOnlyList<UsableAttempt> attempts, bool ranked = false, bool distinctVariants = false)
{
    public IReadOnlyList<UsableAttempt> All { get; } = attempts;

    public IReadOnlyList<UsableAttempt> Correct { get; } = [.. attempts.Where(a => a.Correct)];

    public IReadOnlyList<UsableAttempt> Wrong { get; } = [.. attempts.Where(a => !a.Correct)];

    /// <summary>The same attempts, drawn so that no two of a trace come from the same prompt variant.</summary>
    public AttemptPool WithDistinctVariants() => new(All, ranked, distinctVariants: true);

    /// <summary>Draws one attempt.</summary>
    public UsableAttempt Pick(IReadOnlyList<UsableAttempt> from, RandomStream random)
    {
        var pick = random.Pick(from);
        return ranked ? ByRank([.. from.Where(a => a.Correct == pick.Correct)], random) : pick;
    }

    /// <summary>Draws without replacement, in the order drawn; null when there are too few.</summary>
    /// <param name="from">The attempts to draw from.</param>
    /// <param name="count">How many.</param>
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

    /// <summary>Partial Fisher–Yates: the first places end up a uniform draw in uniform order.</summary>
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
