using SkillFactory.Core.Randomness;
using SkillFactory.Core.Recipes;

namespace SkillFactory.Core.Traces.Formats;

/// <summary>
/// The paper's algorithm 1. It repeats until no correct attempt remains: it draws n⁺ = min(uniform 1 … L_max, number remaining) correct
/// attempts and n⁻ = min(uniform 0 … n⁺ − 1, number remaining) wrong attempts without replacement, removes them from the pool, and shuffles
/// them, but keeps one correct attempt for the end. Correct attempts are the majority of every trace; L_max is K.
/// </summary>
/// <remarks>As printed, the algorithm does not remove drawn attempts from the pool and would not terminate. It also does not say whether an
/// attempt with several reflections counts once or several times. Here it counts once.</remarks>
public sealed class AlgorithmOneFormat : ITraceFormat
{
    public string Name => "algorithm_1";

    public IEnumerable<TraceDraw?> Draw(AttemptPool pool, TraceSettings settings, KeyedRandom random)
    {
        var right = pool.Correct.ToList();
        var wrong = pool.Wrong.ToList();
        for (var index = 1; right.Count > 0; index++)
        {
            var stream = random.Child(index).Stream();
            var positive = Math.Min(stream.Next(1, settings.Attempts), right.Count);
            var negative = Math.Min(stream.Next(0, positive - 1), wrong.Count);

            // With distinct variants there may be fewer variants than draws. Draw as many as possible, but at least one.
            var drawn = Most(pool, right, positive, stream, []);
            var others = Most(pool, wrong, Math.Min(negative, drawn.Count - 1), stream, drawn);
            right.RemoveAll(drawn.Contains);
            wrong.RemoveAll(others.Contains);
            List<UsableAttempt> earlier = [.. drawn.SkipLast(1), .. others];
            stream.Shuffle(earlier);
            yield return new TraceDraw($"{index}", [.. earlier, drawn[^1]]);
        }
    }

    private static IReadOnlyList<UsableAttempt> Most(
        AttemptPool pool,
        List<UsableAttempt> from,
        int count,
        RandomStream random,
        IReadOnlyList<UsableAttempt> with
    )
    {
        for (; count > 0; count--)
        {
            if (pool.Draw(from, count, random, with) is { } drawn)
            {
                return drawn;
            }
        }

        return [];
    }
}
