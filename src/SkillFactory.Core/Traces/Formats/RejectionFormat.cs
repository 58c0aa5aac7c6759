using SkillFactory.Core.Randomness;
using SkillFactory.Core.Recipes;

namespace SkillFactory.Core.Traces.Formats;

/// <summary>Rejection fine-tuning, which is a round of STaR (Zelikman et al. 2022; a baseline of the paper). Each of up to K correct
/// attempts of a question becomes a separate training example, unchanged, without reflections or retries.</summary>
public sealed class RejectionFormat : ITraceFormat
{
    public string Name => "rejection";

    public bool NeedsReflections => false;

    public IEnumerable<TraceDraw?> Draw(AttemptPool pool, TraceSettings settings, KeyedRandom random) => Each(pool, settings, random);

    /// <summary>Up to K correct attempts, one per trace.</summary>
    internal static IEnumerable<TraceDraw?> Each(AttemptPool pool, TraceSettings settings, KeyedRandom random)
    {
        var attempts = pool.Draw(pool.Correct, Math.Min(settings.Attempts, pool.Correct.Count), random.Stream()) ?? [];
        return attempts.Select((attempt, i) => new TraceDraw($"{i + 1}", [attempt]) { Reflects = false, Bare = true });
    }
}
