using SkillFactory.Core.Randomness;

namespace SkillFactory.Core.Tasks.Countdown;

/// <summary>Left-to-right chains: the first two numbers are combined, then the result is combined with each further number.</summary>
public static class CountdownChain
{
    private const double SwapShare = 1.0 / 3;

    /// <summary>The result, or null when it is negative or not a whole number.</summary>
    public static long? Apply(long left, char op, long right) =>
        op switch
        {
            '+' => left + right,
            '-' => left >= right ? left - right : null,
            '*' => left * right,
            '/' => right != 0 && left % right == 0 ? left / right : null,
            _ => throw new ArgumentOutOfRangeException(nameof(op), op, "one of + - * /"),
        };

    /// <summary>Draws a random chain over the numbers in the given order.</summary>
    /// <remarks>Each step chooses uniformly among the operators whose result is a non-negative integer of at most
    /// <paramref name="maxIntermediate"/>. From the second step on, the operands are swapped with weight 1/3.</remarks>
    /// <returns>False when a step has no such operator.</returns>
    public static bool TryDraw(RandomStream random, ReadOnlySpan<int> numbers, string operators, int maxIntermediate, Span<ChainStep> steps)
    {
        Span<ChainStep> choices = stackalloc ChainStep[2 * operators.Length];
        Span<double> weights = stackalloc double[2 * operators.Length];
        long running = numbers[0];
        for (var i = 1; i < numbers.Length; i++)
        {
            var count = 0;
            var total = 0.0;
            foreach (var op in operators)
            {
                Offer(running, op, numbers[i], i == 1 ? 1 : 1 - SwapShare, choices, weights, ref count, ref total);
                if (i > 1)
                {
                    Offer(numbers[i], op, running, SwapShare, choices, weights, ref count, ref total);
                }
            }

            if (count == 0)
            {
                return false;
            }

            var chosen = 0;
            for (var u = random.NextDouble() * total - weights[0]; u >= 0 && chosen < count - 1; u -= weights[chosen])
            {
                chosen++;
            }

            steps[i - 1] = choices[chosen];
            running = choices[chosen].Result;
        }

        return true;

        void Offer(
            long left,
            char op,
            long right,
            double weight,
            Span<ChainStep> choices,
            Span<double> weights,
            ref int count,
            ref double total
        )
        {
            if (Apply(left, op, right) is { } result && result <= maxIntermediate)
            {
                choices[count] = new(left, op, right, result);
                weights[count++] = weight;
                total += weight;
            }
        }
    }

    /// <summary>"8*6=48;48-4=44".</summary>
    public static string Text(IEnumerable<ChainStep> steps) => string.Join(';', steps);
}
