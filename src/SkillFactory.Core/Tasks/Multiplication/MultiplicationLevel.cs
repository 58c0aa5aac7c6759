using System.Globalization;
using SkillFactory.Core.Randomness;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Core.Tasks.Multiplication;

/// <summary>A multiplication level: "2" (both factors have 2 digits) or "2x1". One-digit factors are 2 … 9, because 0 and 1 are
/// trivial.</summary>
public sealed record MultiplicationLevel(int LeftDigits, int RightDigits)
{
    public const int MaxDigits = 12;

    /// <summary>Number of ordered pairs of factors at this level.</summary>
    public double Pairs => (double)Count(LeftDigits) * Count(RightDigits);

    /// <exception cref="UserErrorException">The level is invalid, or settings were given; the task has none.</exception>
    public static MultiplicationLevel Read(QuestionSpec spec)
    {
        new TaskSettings(MultiplicationTask.TaskName, spec.Settings).RefuseUnknown();
        var parts = spec.Level.Split('x');
        return
            parts.Length <= 2
            && parts.All(p => p.Length is 1 or 2 && p[0] != '0' && p.All(char.IsAsciiDigit))
            && parts.Select(p => int.Parse(p, CultureInfo.InvariantCulture)).ToArray() is var digits
            && digits.All(d => d <= MaxDigits)
            ? new(digits[0], digits[^1])
            : throw new UserErrorException(
                $"task multiplication: level '{spec.Level}' is not the digits of both factors, "
                    + $"such as '2' or '2x1' (at most {MaxDigits})"
            );
    }

    /// <summary>The level of a question.</summary>
    public static MultiplicationLevel Of(MultiplicationGold gold) => new(gold.Left.ToString().Length, gold.Right.ToString().Length);

    /// <summary>"2" or "2x1".</summary>
    public override string ToString() => LeftDigits == RightDigits ? $"{LeftDigits}" : $"{LeftDigits}x{RightDigits}";

    public MultiplicationGold Draw(RandomStream random) => new(DrawFactor(random, LeftDigits), DrawFactor(random, RightDigits));

    /// <summary>All ordered pairs of factors.</summary>
    public IEnumerable<MultiplicationGold> All()
    {
        for (var left = First(LeftDigits); left < First(LeftDigits) + Count(LeftDigits); left++)
        {
            for (var right = First(RightDigits); right < First(RightDigits) + Count(RightDigits); right++)
            {
                yield return new(left, right);
            }
        }
    }

    private static long DrawFactor(RandomStream random, int digits) => First(digits) + (long)(random.NextDouble() * Count(digits));

    private static long First(int digits) => digits == 1 ? 2 : PowerOfTen(digits - 1);

    private static long Count(int digits) => PowerOfTen(digits) - First(digits);

    private static long PowerOfTen(int exponent)
    {
        var power = 1L;
        for (var i = 0; i < exponent; i++)
        {
            power *= 10;
        }

        return power;
    }
}
