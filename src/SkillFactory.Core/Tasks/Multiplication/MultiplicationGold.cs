using System.Globalization;
using System.Numerics;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Core.Tasks.Multiplication;

/// <summary>The gold of a multiplication question, written in <see cref="Question.Gold"/> as "23 * 7 = 161".</summary>
public sealed record MultiplicationGold(long Left, long Right)
{
    public BigInteger Product => (BigInteger)Left * Right;

    /// <summary>Equal for both orders of the factors, so that both are in the same split.</summary>
    public QuestionIdentity Identity =>
        QuestionIdentity.Of(MultiplicationTask.TaskName, $"{Math.Min(Left, Right)} * {Math.Max(Left, Right)}");

    public override string ToString() => $"{Left} * {Right} = {Product}";

    /// <exception cref="UserErrorException">The text does not follow the notation, or the product is wrong.</exception>
    public static MultiplicationGold Parse(string text, string questionId)
    {
        var words = text.Split(' ');
        if (
            words is not [var left, "*", var right, "=", var product]
            || !long.TryParse(left, NumberStyles.None, CultureInfo.InvariantCulture, out var a)
            || !long.TryParse(right, NumberStyles.None, CultureInfo.InvariantCulture, out var b)
            || !BigInteger.TryParse(product, NumberStyles.None, CultureInfo.InvariantCulture, out var stated)
        )
        {
            throw new UserErrorException(
                $"question {questionId}: gold '{text}' is not a multiplication gold; expected e.g. '23 * 7 = 161'"
            );
        }

        var gold = new MultiplicationGold(a, b);
        return gold.Product == stated
            ? gold
            : throw new UserErrorException($"question {questionId}: gold '{text}' is false, the product is {gold.Product}");
    }
}
