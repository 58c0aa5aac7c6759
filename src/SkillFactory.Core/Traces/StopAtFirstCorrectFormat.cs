using SkillFactory.Core.Randomness;

namespace SkillFactory.Core.Traces;

/// <summary>
/// As <c>*C_full</c>, but all earlier attempts are wrong: a verdict of Correct always ends the search, a verdict of Incorrect always
/// leads to another attempt, so the verdict alone decides what follows.
/// </summary>
public sealed class StopAtFirstCorrectFormat : ITraceFormat
{
    public string Name => "stop_at_first_correct";

    public IEnumerable<TraceDraw?> Draw(AttemptPool pool, int attempts, KeyedRandom random)
    {
        for (var length = 1; length <= attempts; length++)
        {
            var stream = random.Child(length).Stream();
            var last = stream.Pick(pool.Correct);
            var earlier = AttemptPool.Draw(pool.Wrong, length - 1, stream);
            yield return earlier is null ? null : new TraceDraw($"{length}", [.. earlier, last]);
        }
    }
}
