using SkillFactory.Core.Randomness;
using SkillFactory.Core.Recipes;

namespace SkillFactory.Core.Traces.Formats;

/// <summary>
/// The format of the released example run: for N = 1 … K, N − 1 attempts drawn without replacement from all others whatever their
/// correctness, then one uniformly drawn correct attempt.
/// </summary>
/// <remarks>The script leaves out a whole question when fewer than K attempts survive, and fails when equal attempts are dropped
/// together. Here a question gives every length it has attempts for, and attempts are told apart by id, not by text.</remarks>
public sealed class CorrectLastFormat : ITraceFormat
{
    public string Name => "*C_full";

    public IEnumerable<TraceDraw?> Draw(AttemptPool pool, TraceSettings settings, KeyedRandom random) =>
        TraceLength.Each(1, settings, random).Select(t => Draw(pool, t.Length, t.Random));

    /// <summary>Any attempts, then a correct one.</summary>
    internal static TraceDraw? Draw(AttemptPool pool, int length, RandomStream random)
    {
        var last = pool.Pick(pool.Correct, random);
        var earlier = pool.Draw(pool.All, length - 1, random, last);
        return earlier is null ? null : new TraceDraw($"{length}", [.. earlier, last]);
    }
}
