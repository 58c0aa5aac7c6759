using SkillFactory.Core.Randomness;

namespace SkillFactory.Core.Tasks.Countdown;

/// <summary>One step of a left-to-right chain.</summary>
public readonly record struct ChainStep(long Left, char Operator, long Right, long Result)
{
    /// <summary>"8*6=48".</summary>
    public override string ToString() => $"{Left}{Operator}{Right}={Result}";
}

/// <summary>Left-to-right chains: the first two numbers are combined, then each further one with the running result.</summary>
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

    /// <summary>
    /// A random chain over the numbers in the order given: at each step a uniform choice among the operators whose result is whole,
    /// non-negative and at most <paramref name="maxIntermediate"/>; from the second step on operands are swapped with weight 1/3.
    /// False when a step has no such operator.
    /// </summary>
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
