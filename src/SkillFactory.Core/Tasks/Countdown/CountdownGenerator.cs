using SkillFactory.Core.Randomness;

namespace SkillFactory.Core.Tasks.Countdown;

/// <summary>Draws single questions. The caller repeats draws until it has enough.</summary>
public sealed class CountdownGenerator(CountdownSettings settings)
{
    /// <summary>Draws one question. Null when the draw breaks a rule (target out of range, dead end, trivial, unsolvable) or belongs to an
    /// unwanted split. The order in which the numbers are shown is independent of the order of the chain.</summary>
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
        // The question would be trivial if a given number were already the target.
        if (settings.Use == NumberUse.AtMostOnce && Array.IndexOf(numbers, target) >= 0)
        {
            return null;
        }

        var gold = new CountdownGold(numbers, target, settings.Use, settings.Operators);
        var identity = gold.Identity;
        return wanted(identity.Split) ? new(gold, identity, chain) : null;
    }
}
