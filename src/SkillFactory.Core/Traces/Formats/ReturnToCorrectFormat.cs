using SkillFactory.Core.Randomness;
using SkillFactory.Core.Recipes;

namespace SkillFactory.Core.Traces.Formats;

/// <summary>
/// The script's <c>*C*IC</c>: an earlier attempt is correct and the last one is wrong. The trace then returns to its latest correct
/// attempt, repeats it unchanged, and takes its answer.
/// </summary>
/// <remarks>The script puts the repeated attempt after the think block, without tags, and fails on questions without a wrong attempt. Here
/// the repeated attempt is a sample inside the think block, without another reflection, and such questions are counted as too
/// short.</remarks>
public sealed class ReturnToCorrectFormat : ITraceFormat
{
    public string Name => "*C*IC";

    public int LeastAttempts => 2;

    public bool OneTrace => true;

    public Func<PhraseSet, (string Key, IReadOnlyList<string> Phrases)> OwnPhrases => p => ("backtrack", p.Backtrack);

    public IEnumerable<TraceDraw?> Draw(AttemptPool pool, TraceSettings settings, KeyedRandom random)
    {
        var stream = random.Stream();
        var length = TraceLength.Of(settings, stream);
        var right = pool.Pick(pool.Correct, stream);
        if (
            pool.Draw(pool.Wrong, 1, stream, right) is not [var last]
            || pool.Draw(pool.All, length - 2, stream, right, last) is not { } others
        )
        {
            return [null];
        }

        List<UsableAttempt> attempts = [right, .. others];
        stream.Shuffle(attempts);
        return
        [
            new TraceDraw($"{length}", [.. attempts, last])
            {
                Closing = TraceClosing.ReturnedInFull,
                Answer = attempts.FindLastIndex(a => a.Correct),
            },
        ];
    }
}
