using SkillFactory.Core.Randomness;

namespace SkillFactory.Core.Tasks.Countdown;

/// <summary>A question and, when it was made forward, the chain it was made from.</summary>
public sealed record CountdownDraw(CountdownGold Gold, QuestionIdentity Identity, IReadOnlyList<ChainStep> Chain);

/// <summary>Draws single questions; the caller repeats until it has what it wants.</summary>
public sealed class CountdownGenerator(CountdownSettings settings)
{
    /// <summary>One try. Null when the draw broke a rule (target out of range, dead end, trivial, unsolvable) or belongs to another
    /// split. The order in which the numbers are shown is independent of the order of the chain.</summary>
    public CountdownDraw? TryDraw(RandomStream random, Func<Split, bool> wanted) =>
        settings.Forward ? TryForward(random, wanted) : TrySolvable(random, wanted);

    private CountdownDraw? TryForward(RandomStream random, Func<Split, bool> wanted)
    {
        var numbers = DrawNumbers(random);
        Span<ChainStep> steps = stackalloc ChainStep[numbers.Length - 1];
        if (
            !CountdownChain.TryDraw(random, numbers, settings.Operators, settings.MaxIntermediate, steps)
            || steps[^1].Result < settings.TargetMin
            || steps[^1].Result > settings.TargetMax
        )
        {
            return null;
        }

        var chain = steps.ToArray();
        random.Shuffle(numbers);
        return Accept(numbers, (int)chain[^1].Result, chain, wanted);
    }

    private CountdownDraw? TrySolvable(RandomStream random, Func<Split, bool> wanted)
    {
        var draw = Accept(DrawNumbers(random), random.Next(settings.TargetMin, settings.TargetMax), [], wanted);
        return draw is not null && CountdownSolver.Solve(draw.Gold) is not null ? draw : null;
    }

    private int[] DrawNumbers(RandomStream random)
    {
        var numbers = new int[settings.Count];
        for (var i = 0; i < numbers.Length; i++)
        {
            numbers[i] = random.Next(settings.Min, settings.Max);
        }

        return numbers;
    }

    private CountdownDraw? Accept(int[] numbers, int target, IReadOnlyList<ChainStep> chain, Func<Split, bool> wanted)
    {
        // A given number that is the target already leaves nothing to do.
        if (settings.Use == NumberUse.AtMostOnce && Array.IndexOf(numbers, target) >= 0)
        {
            return null;
        }

        var gold = new CountdownGold(numbers, target, settings.Use, settings.Operators);
        var identity = gold.Identity;
        return wanted(identity.Split) ? new(gold, identity, chain) : null;
    }
}
