using SkillFactory.Core.Randomness;
using SkillFactory.Core.Tasks.Countdown;

namespace SkillFactory.Engine.Pretraining.Corpus;

/// <summary>Finds different left-to-right solutions of a Countdown problem. Two solutions that differ only in the order of the operands of
/// + or * are the same.</summary>
internal sealed class CountdownWays(CountdownGold gold, CountdownSettings settings)
{
    // Finds nearly all solutions of three numbers, and more than eight of most problems of five.
    private const int Tries = 250;

    /// <summary>Up to <paramref name="count"/> solutions in random order, <paramref name="known"/> perhaps among them.</summary>
    public IReadOnlyList<ChainStep[]> Draw(RandomStream random, int count, ChainStep[] known)
    {
        var found = new List<ChainStep[]> { known };
        var keys = new HashSet<string> { Key(known) };
        for (var i = 0; i < Tries && found.Count < count; i++)
        {
            if (TryDraw(random) is { } steps && keys.Add(Key(steps)))
            {
                found.Add(steps);
            }
        }

        random.Shuffle(found);
        return found;
    }

    /// <summary>A random chain over all numbers but one, and a last step that reaches the target, if there is one.</summary>
    private ChainStep[]? TryDraw(RandomStream random)
    {
        var order = gold.Numbers.ToArray();
        random.Shuffle(order);
        var steps = new ChainStep[order.Length - 1];
        if (
            !CountdownChain.TryDraw(
                random,
                order.AsSpan(0, order.Length - 1),
                settings.Operators,
                settings.MaxIntermediate,
                steps.AsSpan(0, steps.Length - 1)
            )
        )
        {
            return null;
        }

        var (running, last) = (steps.Length == 1 ? order[0] : steps[^2].Result, (long)order[^1]);
        var ends = new List<ChainStep>();
        foreach (var op in settings.Operators)
        {
            Offer(running, op, last);
            Offer(last, op, running);
        }

        if (ends.Count == 0)
        {
            return null;
        }

        steps[^1] = random.Pick(ends);
        return steps;

        void Offer(long left, char op, long right)
        {
            if (CountdownChain.Apply(left, op, right) == gold.Target)
            {
                ends.Add(new(left, op, right, gold.Target));
            }
        }
    }

    private static string Key(ChainStep[] steps) =>
        CountdownChain.Text(
            steps.Select(s => s.Operator is '+' or '*' && s.Left > s.Right ? s with { Left = s.Right, Right = s.Left } : s)
        );
}
