using SkillFactory.Grading;

namespace SkillFactory.Core.Tasks.Multiplication;

/// <summary>Grades "161", "1,610", "23*7=161" or steps such as "20*7=140;3*7=21;140+21=161". Every equation must hold, and the last value
/// written is the answer. A number that stands alone after calculations with a single result is that result: another number is a second
/// result, and of several none is the answer. Several results may be partial products of it.</summary>
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
        Rational? bare = null;
        Rational last = 0;

        // Of the calculations, and those of them that no later calculation uses.
        var results = new HashSet<Rational>();
        var unused = new HashSet<Rational>();
        for (var i = 0; i < steps.Count; i++)
        {
            Rational? first = null;
            var startsWithNumber = false;
            var sides = steps[i].Split('=');
            var isCalculation = sides.Length > 1;
            for (var s = 0; s < sides.Length; s++)
            {
                var isAnswer = i == steps.Count - 1 && s == sides.Length - 1;
                if (!ArithmeticExpression.TryParse(sides[s], NumberForms.Signed, out var expression, out var error))
                {
                    return new(Outcome.Unparseable, answer.Trim(), $"'{sides[s].Trim()}' is not a number or expression: {error}");
                }

                var isNumber = expression.Operators.Count == 0;
                if (isNumber && !isCalculation)
                {
                    // Of several bare results none is the answer.
                    if (bare is { } other && other != expression.Value)
                    {
                        return new(Outcome.Unparseable, answer.Trim(), $"it holds more than one number: {other} and {expression.Value}");
                    }

                    bare = expression.Value;
                }

                if (isAnswer && !isNumber && !(isCalculation && s == 1 && startsWithNumber))
                {
                    return new(Outcome.Unparseable, answer.Trim(), $"it ends with the expression '{sides[s].Trim()}' instead of a number");
                }

                if (isCalculation)
                {
                    unused.ExceptWith(expression.Literals);
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
                startsWithNumber |= s == 0 && isNumber;
                last = value;
            }

            if (isCalculation && first is { } of)
            {
                results.Add(of);
                unused.Add(of);
            }
        }

        if (bare is { } result && result != last)
        {
            return new(Outcome.Unparseable, answer.Trim(), $"it holds more than one number: {result} and {last}");
        }

        if (wrong is not null)
        {
            return new(Outcome.Wrong, answer.Trim(), wrong);
        }

        if (bare is { } total && !results.Contains(total) && unused.Count == 1)
        {
            return new(Outcome.Unparseable, answer.Trim(), $"it holds more than one number: {unused.Single()} and {total}");
        }

        var grade =
            last == gold.Product
                ? new Grade(Outcome.Correct, answer.Trim(), "")
                : new Grade(Outcome.Wrong, answer.Trim(), $"{last} is not the product {gold.Product}");
        return grade with { Canonical = last.ToString() };
    }
}
