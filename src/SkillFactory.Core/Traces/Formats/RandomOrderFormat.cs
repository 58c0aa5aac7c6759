using SkillFactory.Core.Randomness;
using SkillFactory.Core.Recipes;

namespace SkillFactory.Core.Traces.Formats;

/// <summary>The script's <c>random</c>, the paper's ablation "No Sample Order": for N = 1 … K, N attempts of any correctness in random
/// order. The last attempt gives the answer, correct or wrong. It uses the same questions as the other formats.</summary>
public sealed class RandomOrderFormat : ITraceFormat
{
    public string Name => "random";

    public IEnumerable<TraceDraw?> Draw(AttemptPool pool, TraceSettings settings, KeyedRandom random) =>
        TraceLength
            .Each(1, settings, random)
            .Select(t => pool.Draw(pool.All, t.Length, t.Random) is { } drawn ? new TraceDraw($"{t.Length}", drawn) : null);
}
