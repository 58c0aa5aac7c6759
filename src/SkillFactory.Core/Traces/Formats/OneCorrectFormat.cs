using SkillFactory.Core.Randomness;
using SkillFactory.Core.Recipes;

namespace SkillFactory.Core.Traces.Formats;

/// <summary>The script's <c>0C</c>: a single correct attempt.</summary>
public sealed class OneCorrectFormat : ITraceFormat
{
    public string Name => "0C";

    public bool IgnoresAttempts => true;

    public IEnumerable<TraceDraw?> Draw(AttemptPool pool, TraceSettings settings, KeyedRandom random) =>
        [CorrectLastFormat.Draw(pool, 1, random.Stream())];
}
