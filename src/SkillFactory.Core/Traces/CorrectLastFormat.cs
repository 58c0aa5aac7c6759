using SkillFactory.Core.Randomness;

namespace SkillFactory.Core.Traces;

/// <summary>
/// The format of the released example run: for N = 1 … K, N − 1 attempts drawn without replacement from all others whatever their
/// correctness, then one uniformly drawn correct attempt.
/// </summary>
/// <remarks>The script leaves out a whole question when fewer than K attempts survive, and fails when equal attempts are dropped
/// together. Here a question gives every length it has attempts for, and attempts are told apart by id, not by text.</remarks>
public sealed class CorrectLastFormat : ITraceFormat
{
    public string Name => "*C_full";

    public IEnumerable<TraceDraw?> Draw(AttemptPool pool, int attempts, KeyedRandom random)
    {
        for (var length = 1; length <= attempts; length++)
        {
            var stream = random.Child(length).Stream();
            var last = stream.Pick(pool.Correct);
            var earlier = AttemptPool.Draw(pool.All.Where(a => !ReferenceEquals(a, last)), length - 1, stream);
            yield return earlier is null ? null : new TraceDraw($"{length}", [.. earlier, last]);
        }
    }
}
