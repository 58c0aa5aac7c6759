namespace SkillFactory.Core.Tasks.Countdown;

/// <summary>
/// Searches exhaustively, in exact fractions, for ways to combine numbers: it replaces any two values by the result of an allowed operator
/// until one value is left. The search is complete, so a solution that it does not find does not exist. Its cost grows as n!² · 4ⁿ; see
/// <see cref="CountdownSettings.MaxNumbersForSolver"/>.
/// </summary>
public static class CountdownSolver
{
    /// <summary>A fully parenthesised expression for the target, or null when there is none.</summary>
    public static string? Solve(CountdownGold gold) => Solve(gold.Numbers, gold.Target, gold.Operators, gold.Use);

    /// <inheritdoc cref="Solve(CountdownGold)"/>
    /// <exception cref="ArgumentException">Exact 64-bit fractions could overflow for numbers this many or this large.</exception>
    public static string? Solve(IReadOnlyList<int> numbers, int target, string operators, NumberUse use)
    {
        var search = new Search(numbers, operators, use, target);
        return search.Run(numbers.Count) ? search.Expression : null;
    }

    // Fractions stay unreduced. Their parts are bounded by 2^(n-1) times the product of the numbers, which the constructor checks.
    private readonly record struct Fraction(long Numerator, long Denominator);

    private sealed class Search
    {
        private readonly Fraction[][] _values;
        private readonly (int Left, int Right, char Operator)[] _moves;
        private readonly string _operators;
        private readonly NumberUse _use;
        private readonly long _target;
        private int _found;

        public Search(IReadOnlyList<int> numbers, string operators, NumberUse use, long target)
        {
            var bound = 1.0;
            foreach (var number in numbers)
            {
                bound *= 2.0 * Math.Max(1, Math.Abs((double)number));
            }

            if (bound >= long.MaxValue || numbers.Count == 0)
            {
                throw new ArgumentException($"{numbers.Count} numbers of this size are beyond exact 64-bit search", nameof(numbers));
            }

            (_operators, _use, _target) = (operators, use, target);
            // Row k holds the values when k remain, so undoing a move means returning to the previous row.
            _values = new Fraction[numbers.Count + 1][];
            for (var k = 0; k < _values.Length; k++)
            {
                _values[k] = new Fraction[k];
            }

            _moves = new (int, int, char)[numbers.Count + 1];
            for (var i = 0; i < numbers.Count; i++)
            {
                _values[^1][i] = new(numbers[i], 1);
            }
        }

        public string Expression { get; private set; } = "";

        public bool Run(int count)
        {
            for (var i = 0; i < count && (_use == NumberUse.AtMostOnce || count == 1); i++)
            {
                if (IsTarget(_values[^1][i]))
                {
                    Expression = _values[^1][i].Numerator.ToString();
                    return true;
                }
            }

            return Combine(count);
        }

        private bool Combine(int count)
        {
            if (count == 1)
            {
                return false;
            }

            var from = _values[count];
            var into = _values[count - 1];
            for (var i = 0; i < count; i++)
            {
                for (var j = 0; j < count; j++)
                {
                    if (i == j)
                    {
                        continue;
                    }

                    foreach (var op in _operators)
                    {
                        // a+b and a*b are commutative.
                        if ((j < i && op is '+' or '*') || !TryApply(from[i], op, from[j], out var result))
                        {
                            continue;
                        }

                        _moves[count] = (i, j, op);
                        if ((count == 2 || _use == NumberUse.AtMostOnce) && IsTarget(result))
                        {
                            _found = count;
                            Expression = Describe();
                            return true;
                        }

                        into[0] = result;
                        for (int k = 0, at = 1; k < count; k++)
                        {
                            if (k != i && k != j)
                            {
                                into[at++] = from[k];
                            }
                        }

                        if (Combine(count - 1))
                        {
                            return true;
                        }
                    }
                }
            }

            return false;
        }

        private static bool TryApply(Fraction a, char op, Fraction b, out Fraction result)
        {
            result = op switch
            {
                '+' => new((a.Numerator * b.Denominator) + (b.Numerator * a.Denominator), a.Denominator * b.Denominator),
                '-' => new((a.Numerator * b.Denominator) - (b.Numerator * a.Denominator), a.Denominator * b.Denominator),
                '*' => new(a.Numerator * b.Numerator, a.Denominator * b.Denominator),
                _ => new(a.Numerator * b.Denominator, a.Denominator * b.Numerator),
            };
            return result.Denominator != 0;
        }

        // The product may overflow, so its equality is only a hint. The slower division confirms it.
        private bool IsTarget(Fraction value) =>
            unchecked(_target * value.Denominator) == value.Numerator
            && value.Numerator / value.Denominator == _target
            && value.Numerator % value.Denominator == 0;

        private string Describe()
        {
            var texts = _values[^1].Select(v => v.Numerator.ToString()).ToList();
            for (var count = _values.Length - 1; count >= _found; count--)
            {
                var (left, right, op) = _moves[count];
                var combined = $"{texts[left]}{op}{texts[right]}";
                var rest = texts.Where((_, k) => k != left && k != right).ToList();
                texts = [count == _found ? combined : $"({combined})", .. rest];
            }

            return texts[0];
        }
    }
}
