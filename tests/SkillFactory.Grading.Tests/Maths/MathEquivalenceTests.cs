using System.Numerics;
using SkillFactory.Grading.Maths;
using SkillFactory.Grading.Quantities;

namespace SkillFactory.Grading.Tests.Maths;

/// <summary>Compares random answers with computations that are independent of the grader: numbers to 80 digits in fixed point,
/// expressions in variables modulo a large prime, intervals by membership.</summary>
public sealed class MathEquivalenceTests
{
    [Fact]
    public void Numbers_are_equal_exactly_when_eighty_digits_agree()
    {
        var random = new Random(17);
        var (equal, different, undecided) = (0, 0, 0);
        for (var round = 0; round < 4000; round++)
        {
            var one = Draw(random, 3);
            var other = random.Next(3) switch
            {
                0 => Rewritten(random, one),
                1 => Rewritten(random, Rewritten(random, one)),
                _ => Draw(random, 3),
            };
            if (one.Value() is not { } x || other.Value() is not { } y)
            {
                continue;
            }

            var expected = BigInteger.Abs(x - y) < BigInteger.Pow(10, 20); // 60 of 80 places must agree
            switch (Compare(one.Latex(), other.Latex()))
            {
                case true:
                    Assert.True(expected, $"{one.Latex()} and {other.Latex()} were called equal");
                    equal++;
                    break;
                case false:
                    Assert.False(expected, $"{one.Latex()} and {other.Latex()} were called different");
                    different++;
                    break;
                default:
                    undecided++;
                    break;
            }
        }

        Assert.InRange(equal, 1000, 4000);
        Assert.InRange(different, 500, 4000);
        Assert.InRange(undecided, 0, (equal + different) / 50);
    }

    [Fact]
    public void Expressions_are_equal_exactly_when_they_agree_modulo_a_prime_at_random_points()
    {
        var random = new Random(23);
        var (equal, different) = (0, 0);
        for (var round = 0; round < 4000; round++)
        {
            var one = Draw(random, 3, variables: true);
            var other = random.Next(3) == 0 ? Draw(random, 2, variables: true) : Rewritten(random, Rewritten(random, one));
            if (one.HasRoot || other.HasRoot)
            {
                continue;
            }

            var expected = true;
            var defined = 0;
            for (var point = 0; point < 4; point++)
            {
                var at = (random.NextInt64(1, long.MaxValue), random.NextInt64(1, long.MaxValue));
                if (one.Modulo(at) is { } x && other.Modulo(at) is { } y)
                {
                    (expected, defined) = (expected && x == y, defined + 1);
                }
            }

            if (defined < 4 || Compare(one.Latex(), other.Latex()) is not { } found)
            {
                continue;
            }

            Assert.True(found == expected, $"{one.Latex()} and {other.Latex()}: {found}");
            (equal, different) = found ? (equal + 1, different) : (equal, different + 1);
        }

        Assert.InRange(equal, 500, 4000);
        Assert.InRange(different, 200, 4000);
    }

    [Fact]
    public void Unions_of_intervals_are_equal_exactly_when_they_have_the_same_members()
    {
        var random = new Random(29);
        var (equal, different) = (0, 0);
        for (var round = 0; round < 3000; round++)
        {
            var one = Enumerable.Range(0, random.Next(1, 4)).Select(_ => Piece(random)).ToList();
            var other = random.Next(2) == 0 ? Enumerable.Range(0, random.Next(1, 4)).Select(_ => Piece(random)).ToList() : Cut(random, one);
            bool Has(List<(int Low, bool LowIn, int High, bool HighIn)> union, int half) =>
                union.Any(p =>
                    (half > 2 * p.Low || (half == 2 * p.Low && p.LowIn)) && (half < 2 * p.High || (half == 2 * p.High && p.HighIn))
                );
            var expected = Enumerable.Range(-2, 30).All(half => Has(one, half) == Has(other, half));
            Assert.True(Compare(Text(one), Text(other)) == expected, $"{Text(one)} and {Text(other)}");
            (equal, different) = expected ? (equal + 1, different) : (equal, different + 1);
        }

        Assert.InRange(equal, 500, 3000);
        Assert.InRange(different, 500, 3000);

        static (int, bool, int, bool) Piece(Random random)
        {
            var low = random.Next(0, 10);
            return (low, random.Next(2) == 0, random.Next(low + 1, 12), random.Next(2) == 0);
        }

        // The same set in another order, as parts that overlap or touch.
        static List<(int Low, bool LowIn, int High, bool HighIn)> Cut(
            Random random,
            List<(int Low, bool LowIn, int High, bool HighIn)> union
        )
        {
            var pieces = union
                .SelectMany<(int Low, bool LowIn, int High, bool HighIn), (int, bool, int, bool)>(p =>
                    p.High - p.Low < 2 ? [p]
                    : random.Next(p.Low + 1, p.High) is var at && random.Next(2) == 0
                        ? [(p.Low, p.LowIn, at, true), (at, false, p.High, p.HighIn)]
                    : [(p.Low, p.LowIn, at, false), (at, true, p.High, p.HighIn)]
                )
                .ToArray();
            random.Shuffle(pieces);
            return [.. pieces];
        }

        static string Text(List<(int Low, bool LowIn, int High, bool HighIn)> union) =>
            string.Join(" \\cup ", union.Select(p => $"{(p.LowIn ? '[' : '(')}{p.Low}, {p.High}{(p.HighIn ? ']' : ')')}"));
    }

    [Fact]
    public void Answers_with_equal_canonical_text_are_equal()
    {
        var random = new Random(31);
        var values = new Dictionary<string, BigInteger>();
        for (var round = 0; round < 3000; round++)
        {
            var expression = Draw(random, 3);
            if (expression.Value() is { } value && Read(expression.Latex()) is { } answer)
            {
                Assert.True(
                    BigInteger.Abs(values.TryAdd(answer.Canonical, value) ? 0 : values[answer.Canonical] - value) < BigInteger.Pow(10, 20),
                    expression.Latex()
                );
            }
        }

        Assert.InRange(values.Count, 500, 3000);
    }

    /// <summary>Null when the grader gives up, or cannot read an answer (a division by zero).</summary>
    private static bool? Compare(string one, string other)
    {
        try
        {
            return Read(one) is { } a && Read(other) is { } b ? a.Equals(b) : null;
        }
        catch (Exception e) when (e is LimitExceededException or UndecidedException)
        {
            return null;
        }
    }

    private static MathAnswer? Read(string text)
    {
        try
        {
            return MathAnswer.Read(text, CountedThings.Any, out _);
        }
        catch (Exception e) when (e is LimitExceededException or UndecidedException)
        {
            return null;
        }
    }

    private static Expression Draw(Random random, int depth, bool variables = false) =>
        depth == 0 || random.Next(4) == 0
            ? (
                variables && random.Next(2) == 0
                    ? new Expression(random.Next(2) == 0 ? 'x' : 'y')
                    : new Expression('n', Number: random.Next(1, 13))
            )
            : "+-*/r^"[random.Next(6)] switch
            {
                'r' when !variables => new Expression('r', Draw(random, depth - 1)),
                '^' or 'r' => new Expression('^', Draw(random, depth - 1, variables)),
                var kind => new Expression(kind, Draw(random, depth - 1, variables), Draw(random, depth - 1, variables)),
            };

    /// <summary>A different notation of the same value.</summary>
    private static Expression Rewritten(Random random, Expression e)
    {
        Expression Inner(Expression inner) => random.Next(3) == 0 ? inner : Rewritten(random, inner);
        return (e.Kind, random.Next(3)) switch
        {
            ('+' or '*', 0) => new(e.Kind, Inner(e.Right!), Inner(e.Left!)),
            ('+', 1) => new('-', Inner(e.Left!), new('*', new('m', Number: 1), Inner(e.Right!))),
            ('-', 0) => new('+', new('*', new('m', Number: 1), Inner(e.Right!)), Inner(e.Left!)),
            ('*', 1) when e.Right!.Kind is '+' or '-' => new(
                e.Right.Kind,
                new('*', e.Left!, e.Right.Left!),
                new('*', e.Left!, e.Right.Right!)
            ),
            ('/', 0) => new('*', Inner(e.Left!), new('/', new('n', Number: 1), Inner(e.Right!))),
            ('/', 1) => new('/', new('*', new('n', Number: 6), Inner(e.Left!)), new('*', Inner(e.Right!), new('n', Number: 6))),
            ('^', 0) => new('*', Inner(e.Left!), Inner(e.Left!)),
            ('r', 0) => new('/', new('r', new('*', new('n', Number: 9), e.Left!)), new('n', Number: 3)),
            ('r', 1) => new('/', e.Left!, new('r', e.Left!)),
            ('n', 0) => new('+', new('n', Number: e.Number - 1), new('n', Number: 1)),
            ('n', 1) => new('r', new('n', Number: e.Number * e.Number)),
            _ when e.Left is null => e,
            _ => new(e.Kind, Inner(e.Left), e.Right is null ? null : Inner(e.Right), e.Number),
        };
    }

    /// <summary>n: a number, m: minus it, x, y: variables, + - * /, r: square root, ^: square.</summary>
    private sealed record Expression(char Kind, Expression? Left = null, Expression? Right = null, long Number = 0)
    {
        private static readonly BigInteger One = BigInteger.Pow(10, 80);
        private static readonly BigInteger Prime = BigInteger.Pow(2, 127) - 1;

        public bool HasRoot => Kind == 'r' || (Left?.HasRoot ?? false) || (Right?.HasRoot ?? false);

        public string Latex() =>
            Kind switch
            {
                'n' => Number < 0 ? $"({Number})" : $"{Number}",
                'm' => $"(-{Number})",
                'x' or 'y' => $"{Kind}",
                'r' => $"\\sqrt{{{Left!.Latex()}}}",
                '^' => $"\\left({Left!.Latex()}\\right)^2",
                '/' => $"\\frac{{{Left!.Latex()}}}{{{Right!.Latex()}}}",
                '*' => $"({Left!.Latex()}) \\cdot ({Right!.Latex()})",
                _ => $"({Left!.Latex()} {Kind} {Right!.Latex()})",
            };

        /// <summary>The value in units of 10^-80; null when it is not real, divides by nearly zero, or is too large.</summary>
        public BigInteger? Value()
        {
            var (a, b) = (Left?.Value(), Right?.Value());
            if ((Left is not null && a is null) || (Right is not null && b is null))
            {
                return null;
            }

            BigInteger? value = Kind switch
            {
                'n' => Number * One,
                'm' => -Number * One,
                '+' => a!.Value + b!.Value,
                '-' => a!.Value - b!.Value,
                '*' => a!.Value * b!.Value / One,
                '^' => a!.Value * a.Value / One,
                '/' => BigInteger.Abs(b!.Value) < BigInteger.Pow(10, 60) ? null : a!.Value * One / b.Value,
                _ => a!.Value < BigInteger.Pow(10, 60) ? null : Root(a.Value * One),
            };
            return value is { } v && BigInteger.Abs(v) < One * BigInteger.Pow(10, 12) ? v : null;
        }

        /// <summary>The value in the field of 2^127 − 1 elements; null for a division by zero.</summary>
        public BigInteger? Modulo((long X, long Y) at)
        {
            var (a, b) = (Left?.Modulo(at), Right?.Modulo(at));
            if ((Left is not null && a is null) || (Right is not null && b is null))
            {
                return null;
            }

            BigInteger? value = Kind switch
            {
                'n' => Number,
                'm' => -Number,
                'x' => at.X,
                'y' => at.Y,
                '+' => a!.Value + b!.Value,
                '-' => a!.Value - b!.Value,
                '*' => a!.Value * b!.Value,
                '^' => a!.Value * a.Value,
                _ => b!.Value.IsZero ? null : a!.Value * BigInteger.ModPow(b.Value, Prime - 2, Prime),
            };
            return value is { } v ? ((v % Prime) + Prime) % Prime : null;
        }

        /// <summary>The integer square root, by bisection.</summary>
        private static BigInteger Root(BigInteger of)
        {
            var (low, high) = (BigInteger.Zero, BigInteger.One << (int)((of.GetBitLength() / 2) + 1));
            while (high - low > 1)
            {
                var middle = (low + high) >> 1;
                (low, high) = middle * middle <= of ? (middle, high) : (low, middle);
            }

            return low;
        }
    }
}
