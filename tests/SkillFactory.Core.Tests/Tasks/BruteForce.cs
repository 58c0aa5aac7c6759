namespace SkillFactory.Core.Tests.Tasks;

/// <summary>Solves Countdown independently of the product's solver: the values of subsets, built from all divisions in two, in doubles
/// (numbers up to 25, at most 4 of them: fractions that differ do so by far more than rounding).</summary>
internal static class BruteForce
{
    public static IReadOnlySet<long> Reachable(IReadOnlyList<int> numbers, string operators, bool exactlyOnce)
    {
        var full = (1 << numbers.Count) - 1;
        var values = new HashSet<double>[full + 1];
        for (var mask = 1; mask <= full; mask++)
        {
            values[mask] = [];
            if (int.IsPow2(mask))
            {
                values[mask].Add(numbers[int.TrailingZeroCount(mask)]);
            }

            for (var part = (mask - 1) & mask; part > 0; part = (part - 1) & mask)
            {
                foreach (var a in values[part])
                {
                    foreach (var b in values[mask ^ part])
                    {
                        foreach (var op in operators)
                        {
                            var value = op switch
                            {
                                '+' => a + b,
                                '-' => a - b,
                                '*' => a * b,
                                _ => a / b,
                            };
                            if (op != '/' || Math.Abs(b) > 1e-9)
                            {
                                values[mask].Add(value);
                            }
                        }
                    }
                }
            }
        }

        var masks = exactlyOnce ? [full] : Enumerable.Range(1, full);
        return masks.SelectMany(m => values[m]).Where(v => Math.Abs(v - Math.Round(v)) < 1e-6).Select(v => (long)Math.Round(v)).ToHashSet();
    }
}
