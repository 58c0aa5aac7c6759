using SkillFactory.Core.Randomness;
using SkillFactory.Core.Recipes;

namespace SkillFactory.Core.Traces.Formats;

/// <summary>
/// Confirming twice: for N = 2 … K, wrong attempts, then two correct attempts, then a confirming phrase. <c>stop_at_first_correct</c>
/// trusts one verdict of Correct. This format asks for a second, independent one, which guards against a model that says Correct too
/// easily.
/// </summary>
public sealed class ConfirmTwiceFormat : ITraceFormat
{
    public string Name => "confirm_twice";

    public int LeastAttempts => 2;

    public Func<PhraseSet, (string Key, IReadOnlyList<string> Phrases)> OwnPhrases => p => ("confirm", p.Confirm);

    public IEnumerable<TraceDraw?> Draw(AttemptPool pool, TraceSettings settings, KeyedRandom random) =>
        TraceLength.Each(2, settings, random).Select(t => ConfirmedFormat.Draw(pool, pool.Wrong, t.Length, t.Random));
}
