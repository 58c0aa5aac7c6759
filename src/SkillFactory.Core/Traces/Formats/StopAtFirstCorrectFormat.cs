using SkillFactory.Core.Randomness;
using SkillFactory.Core.Recipes;

namespace SkillFactory.Core.Traces.Formats;

/// <summary>
/// Like <c>*C_full</c>, but all earlier attempts are wrong. A verdict of Correct always ends the trace and a verdict of Incorrect always
/// leads to another attempt, so the verdict alone decides what follows.
/// </summary>
public sealed class StopAtFirstCorrectFormat : ITraceFormat
{
    public string Name => "stop_at_first_correct";

    public IEnumerable<TraceDraw?> Draw(AttemptPool pool, TraceSettings settings, KeyedRandom random) =>
        TraceLength.Each(1, settings, random).Select(t => Draw(pool, t.Length, t.Random));

    /// <summary>Wrong attempts, then a correct one.</summary>
    internal static TraceDraw? Draw(AttemptPool pool, int length, RandomStream random)
    {
        var last = pool.Pick(pool.Correct, random);
        var earlier = pool.Draw(pool.Wrong, length - 1, random, last);
        return earlier is null ? null : new TraceDraw($"{length}", [.. earlier, last]);
    }
}
