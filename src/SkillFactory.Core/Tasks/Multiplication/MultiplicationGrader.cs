using SkillFactory.Grading;

namespace SkillFactory.Core.Tasks.Multiplication;

/// <summary>Grades "161", "1,610", "23*7=161" or steps such as "20*7=140;3*7=21;140+21=161". Every equation must hold, and the last value
/// written is the answer.</summary>
internal static class MultiplicationGrader
{
    public static Grade Grade(MultiplicationGold gold, string answer)
    {
        var steps = AnswerText.Steps(answer);
        if (steps.Count == 0)
        {
            return new(Outcome.Unparseable, "", "the answer is empty");
        }

        string? wrong = null;
        Rational last = 0;
        for (var i = 0; i < steps.Count; i++)
        {
            Rational? first = null;
            var sides = steps[i].Split('=');
            for (var s = 0; s < sides.Length; s++)
            {
                var isAnswer = i == steps.Count - 1 && s == sides.Length - 1;
                if (!ArithmeticExpression.TryParse(sides[s], NumberForms.Signed, out var expression, out var error))
                {
                    return new(Outcome.Unparseable, answer.Trim(), $"'{sides[s].Trim()}' is not a number or expression: {error}");
                }

                if (isAnswer && expression.Operators.Count > 0)
                {
                    return new(Outcome.Unparseable, answer.Trim(), $"it ends with the expression '{sides[s].Trim()}' instead of a number");
                }

                if (expression.Value is not { } value)
                {
                    wrong ??= "division by zero";
                    continue;
                }

                if (first is { } expected && expected != value)
                {
                    wrong ??= $"'{steps[i]}' is false: {expected} is not {value}";
                }

                first ??= value;
                last = value;
            }
        }

        if (wrong is not null)
        {
            return new(Outcome.Wrong, answer.Trim(), wrong);
        }

        var grade =
            last == gold.Product
                ? new Grade(Outcome.Correct, answer.Trim(), "")
                : new Grade(Outcome.Wrong, answer.Trim(), $"{last} is not the product {gold.Product}");
        return grade with { Canonical = last.ToString() };
    }
}
