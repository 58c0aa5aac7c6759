using System.Numerics;

namespace SkillFactory.Grading.Maths;

/// <summary>Prime factors of the numbers that occur in answers: by trial division up to a bound, beyond which a factor counts as whole and
/// is not
/// called prime.</summary>
internal sealed class Factoring(WorkBudget budget)
{
    private const int Bound = 1 << 16;

    private static readonly Lazy<int[]> Primes = new(Sieve);

    /// <summary>Factors of a positive rational with their exponents, negative for those of the denominator.</summary>
    public IReadOnlyList<(BigInteger Factor, Rational Times)> Of(Rational number)
    {
        var factors = new List<(BigInteger, Rational)>();
        Divide(number.Numerator, 1, factors);
        Divide(number.Denominator, -1, factors);
        return factors;
    }

    /// <summary>Whether a factor found by <see cref="Of"/> is known to be prime.</summary>
    public bool IsPrime(BigInteger factor) => factor < (BigInteger)Bound * Bound;

    /// <summary>The square root of a rational that is a square, or null.</summary>
    public static Rational? SquareRoot(Rational value)
    {
        if (value < 0)
        {
            return null;
        }

        var (n, d) = (SquareRoot(value.Numerator), SquareRoot(value.Denominator));
        return n * n == value.Numerator && d * d == value.Denominator ? (Rational)n / d : null;
    }

    /// <summary>The largest whole number whose square is not larger (Newton's method).</summary>
    public static BigInteger SquareRoot(BigInteger value)
    {
        if (value < 2)
        {
            return value;
        }

        var root = BigInteger.One << (int)((value.GetBitLength() + 1) / 2);
        while (true)
        {
            var next = (root + (value / root)) >> 1;
            if (next >= root)
            {
                return root;
            }

            root = next;
        }
    }

    private void Divide(BigInteger number, int sign, List<(BigInteger, Rational)> factors)
    {
        budget.Spend(number.GetBitLength() * 4);
        foreach (var prime in Primes.Value)
        {
            if ((BigInteger)prime * prime > number)
            {
                break;
            }

            budget.Spend(2 + (number.GetBitLength() / 64));
            var times = 0;
            while (true)
            {
                var quotient = BigInteger.DivRem(number, prime, out var remainder);
                if (!remainder.IsZero)
                {
                    break;
                }

                (number, times) = (quotient, times + 1);
            }

            if (times > 0)
            {
                factors.Add((prime, sign * times));
            }
        }

        if (!number.IsOne)
        {
            var root = SquareRoot(number);
            factors.Add(root * root == number ? (root, 2 * sign) : (number, sign));
        }
    }

    private static int[] Sieve()
    {
        var composite = new bool[Bound];
        var primes = new List<int>();
        for (var n = 2; n < Bound; n++)
        {
            if (composite[n])
            {
                continue;
            }

            primes.Add(n);
            for (var multiple = (long)n * n; multiple < Bound; multiple += n)
            {
                composite[multiple] = true;
            }
        }

        return [.. primes];
    }
}
