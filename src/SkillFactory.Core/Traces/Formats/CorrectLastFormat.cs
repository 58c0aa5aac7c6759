using SkillFactory.Core.Randomness;
using SkillFactory.Core.Recipes;

namespace SkillFactory.Core.Traces.Formats;

/// <summary>
/// The format of the released example run: for N = 1 … K, one correct attempt, drawn uniformly, comes last, after N − 1 attempts of any
/// correctness drawn without replacement.
/// </summary>
/// <remarks>The script skips a question if fewer than K attempts pass the filters, and fails if it drops attempts with equal text. Here a
/// question yields every length for which it has enough attempts, and attempts are distinguished by id, not by text.</remarks>
public sealed class CorrectLastFormat : ITraceFormat
{
    public string Name => "*C_full";

    public IEnumerable<TraceDraw?> Draw(AttemptPool pool, TraceSettings settings, KeyedRandom random) =>
        TraceLength.Each(1, settings, random).Select(t => Draw(pool, t.Length, t.Random));

    /// <summary>Attempts of any correctness, then a correct one.</summary>
    internal static TraceDraw? Draw(AttemptPool pool, int length, RandomStream random)
    {
        var last = pool.Pick(pool.Correct, random);
        var earlier = pool.Draw(pool.All, length - 1, random, last);
        return earlier is null ? null : new TraceDraw($"{length}", [.. earlier, last]);
    }
}
