using SkillFactory.Core.Randomness;
using SkillFactory.Core.Recipes;

namespace SkillFactory.Core.Traces.Formats;

/// <summary>
/// Trying an alternate method: for N = 2 … K, wrong attempts and then a correct one, no two of the same prompt variant, with words
/// between them that another way is tried. Needs attempts of as many variants as a trace is long.
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
