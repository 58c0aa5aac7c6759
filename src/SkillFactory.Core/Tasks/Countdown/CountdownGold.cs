using System.Globalization;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Core.Tasks.Countdown;

/// <summary>The gold of a Countdown question, written in <see cref="Question.Gold"/> as "8 6 4 = 38 exactly_once +-*": the numbers as shown
/// and the target, then optionally the rule of use (default at_most_once) and the allowed operators (default +-*/).</summary>
public sealed record CountdownGold(IReadOnlyList<int> Numbers, int Target, NumberUse Use, string Operators)
{
    public override string ToString()
    {
        var text = $"{string.Join(' ', Numbers)} = {Target} {(Use == NumberUse.ExactlyOnce ? "exactly_once" : "at_most_once")}";
        return Operators == CountdownSettings.AllOperators ? text : $"{text} {Operators}";
    }

    /// <summary>Equal for every order of the numbers, every rule and every set of operators, so that these cannot leak between
    /// splits.</summary>
    public QuestionIdentity Identity
    {
        get
        {
            int[] sorted = [.. Numbers];
            Array.Sort(sorted);
            return QuestionIdentity.Of(CountdownTask.TaskName, $"{string.Join(' ', sorted)} = {Target}");
        }
    }

    /// <exception cref="UserErrorException">The text does not follow the notation.</exception>
    public static CountdownGold Parse(string text, string questionId)
    {
        var words = text.Split(' ');
        var equals = Array.IndexOf(words, "=");
        if (equals < 1 || words.Length < equals + 2 || words.Length > equals + 4)
        {
            throw Bad();
        }

        var use = NumberUse.AtMostOnce;
        var operators = CountdownSettings.AllOperators;
        var rest = words.AsSpan(equals + 2);
        if (rest.Length > 0 && rest[0] is "exactly_once" or "at_most_once")
        {
            use = rest[0] == "exactly_once" ? NumberUse.ExactlyOnce : NumberUse.AtMostOnce;
            rest = rest[1..];
        }

        if (rest.Length > 0)
        {
            operators = rest[0];
            if (
                rest.Length > 1
                || operators.Length == 0
                || !operators.All(CountdownSettings.AllOperators.Contains)
                || operators.Distinct().Count() < operators.Length
            )
            {
                throw Bad();
            }
        }

        return new([.. words.AsSpan(0, equals).ToArray().Select(Number)], Number(words[equals + 1]), use, operators);

        int Number(string word) => int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : throw Bad();

        UserErrorException Bad() =>
            new(
                $"question {questionId}: gold '{text}' is not a Countdown gold; expected numbers, '=', the target, "
                    + "then optionally the rule and the operators, e.g. '8 6 4 = 38 exactly_once +-*'"
            );
    }
}
