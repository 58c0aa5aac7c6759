using SkillFactory.Core.Randomness;
using SkillFactory.Core.Recipes;

namespace SkillFactory.Core.Traces.Formats;

/// <summary>The script's <c>*CC</c>: attempts of any correctness, then two correct ones, then a confirming phrase.</summary>
public sealed class ConfirmedFormat : ITraceFormat
{
    public string Name => "*CC";

    public int LeastAttempts => 2;

    public bool OneTrace => true;

    public Func<PhraseSet, (string Key, IReadOnlyList<string> Phrases)> OwnPhrases => p => ("confirm", p.Confirm);

    public IEnumerable<TraceDraw?> Draw(AttemptPool pool, TraceSettings settings, KeyedRandom random)
    {
        var stream = random.Stream();
        return [Draw(pool, pool.All, TraceLength.Of(settings, stream), stream)];
    }

    /// <param name="before">The attempts before the two correct ones are drawn from these.</param>
    internal static TraceDraw? Draw(AttemptPool pool, IReadOnlyList<UsableAttempt> before, int length, RandomStream random) =>
        pool.Draw(pool.Correct, 2, random) is { } two && pool.Draw(before, length - 2, random, [.. two]) is { } earlier
            ? new TraceDraw($"{length}", [.. earlier, .. two]) { Closing = TraceClosing.Confirmed }
            : null;
}
