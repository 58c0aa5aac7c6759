using SkillFactory.Core.Randomness;
using SkillFactory.Core.Recipes;

namespace SkillFactory.Core.Traces.Formats;

/// <summary>The script's <c>*C</c>: like <c>*C_full</c>, but only one trace, of K attempts.</summary>
public sealed class LongestCorrectLastFormat : ITraceFormat
{
    public string Name => "*C";

    public bool OneTrace => true;

    public IEnumerable<TraceDraw?> Draw(AttemptPool pool, TraceSettings settings, KeyedRandom random)
    {
        var stream = random.Stream();
        return [CorrectLastFormat.Draw(pool, TraceLength.Of(settings, stream), stream)];
    }
}
