using SkillFactory.Core.Randomness;
using SkillFactory.Core.Recipes;

namespace SkillFactory.Core.Traces.Formats;

/// <summary>
/// Trying an alternate method: for N = 2 … K, N − 1 wrong attempts and then a correct one, each of a different prompt variant. Phrases
/// between the attempts announce another method. A trace of N attempts needs N prompt variants.
/// </summary>
public sealed class AlternateMethodFormat : ITraceFormat
{
    public string Name => "alternate_method";

    public int LeastAttempts => 2;

    public bool TakesDistinctVariants => true;

    public Func<PhraseSet, (string Key, IReadOnlyList<string> Phrases)> OwnPhrases => p => ("alternate", p.Alternate);

    public IEnumerable<TraceDraw?> Draw(AttemptPool pool, TraceSettings settings, KeyedRandom random)
    {
        var distinct = pool.WithDistinctVariants();
        return TraceLength
            .Each(2, settings, random)
            .Select(t =>
                StopAtFirstCorrectFormat.Draw(distinct, t.Length, t.Random) is { } drawn
                    ? drawn with
                    {
                        Glue = TraceGlue.OtherMethod,
                    }
                    : null
            );
    }
}
