using SkillFactory.Core.Randomness;
using SkillFactory.Core.Recipes;

namespace SkillFactory.Core.Traces.Formats;

/// <summary>
/// Returning to an earlier answer: for N = 2 … K, one correct attempt anywhere before the last, and all others wrong. The trace ends with a
/// phrase that an earlier attempt was right, and restates only its answer (<c>*C*IC</c> repeats the whole attempt).
/// </summary>
public sealed class BacktrackFormat : ITraceFormat
{
    public string Name => "backtrack";

    public int LeastAttempts => 2;

    public bool NeedsRestatedAnswer => true;

    public Func<PhraseSet, (string Key, IReadOnlyList<string> Phrases)> OwnPhrases => p => ("backtrack", p.Backtrack);

    public IEnumerable<TraceDraw?> Draw(AttemptPool pool, TraceSettings settings, KeyedRandom random) =>
        TraceLength
            .Each(2, settings, random)
            .Select(t =>
            {
                var right = pool.Pick(pool.Correct, t.Random);
                if (pool.Draw(pool.Wrong, t.Length - 1, t.Random, right) is not { } wrong)
                {
                    return null;
                }

                var place = t.Random.Next(wrong.Count);
                return new TraceDraw($"{t.Length}", [.. wrong.Take(place), right, .. wrong.Skip(place)])
                {
                    Closing = TraceClosing.ReturnedToAnswer,
                    Answer = place,
                };
            });
}
