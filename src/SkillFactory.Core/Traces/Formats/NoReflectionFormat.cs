using SkillFactory.Core.Randomness;
using SkillFactory.Core.Recipes;

namespace SkillFactory.Core.Traces.Formats;

/// <summary>The script's <c>no_reflection</c>, the paper's ablation "No Reflections": as <c>*C_full</c>, without reflections and with
/// neutral words
/// between the attempts. Drawn from the same attempts: those that a reflection judged rightly.</summary>
public sealed class NoReflectionFormat : ITraceFormat
{
    public string Name => "no_reflection";

    public IEnumerable<TraceDraw?> Draw(AttemptPool pool, TraceSettings settings, KeyedRandom random) =>
        TraceLength
            .Each(1, settings, random)
            .Select(t =>
                CorrectLastFormat.Draw(pool, t.Length, t.Random) is { } drawn
                    ? drawn with
                    {
                        Reflects = false,
                        Glue = TraceGlue.Neutral,
                    }
                    : null
            );
}
