using SkillFactory.Core.Randomness;
using SkillFactory.Core.Recipes;

namespace SkillFactory.Core.Traces.Formats;

/// <summary>The script's <c>no_reflection</c>, the paper's ablation "No Reflections": like <c>*C_full</c>, but without reflections and with
/// neutral phrases between the attempts. It uses the same attempts: those that have a reflection with the right verdict.</summary>
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
