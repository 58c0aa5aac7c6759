using SkillFactory.Grading;

namespace SkillFactory.Core.Tasks.Countdown;

/// <summary>Grades an answer to a Countdown question exactly. An answer is an expression, an equation "expression = target", or a list of
/// steps; see <see cref="AnswerText"/> and <see cref="ArithmeticExpression"/> for the notation.</summary>
internal static class CountdownGrader
{
    public static Grade Grade(CountdownGold gold, string answer)
    {
        var steps = AnswerText.Steps(answer);
        if (steps.Count == 0)
        {
            return Unparseable("", "the answer is empty");
        }

        var pool = gold.Numbers.Select(n => (Rational)n).ToList();
        var made = new SolutionBuilder();
        string? wrong = null;
        for (var i = 0; i < steps.Count; i++)
        {
            var where = steps.Count == 1 ? "" : $"step {i + 1}: ";
            var sides = steps[i].Split('=');
            if (sides.Length > 2 || (sides.Length == 1 && steps.Count > 1))
            {
                return Unparseable(answer, $"{where}'{Clip(steps[i])}' is not of the form expression = result");
            }

            if (!ArithmeticExpression.TryParse(sides[0], i > 0 ? NumberForms.Signed : NumberForms.Plain, out var expression, out var error))
            {
                return Unparseable(answer, $"{where}'{Clip(sides[0])}' is not an expression: {error}");
            }

            Rational? stated = null;
            if (sides.Length == 2)
            {
                if (!ArithmeticExpression.TryParse(sides[1], NumberForms.Signed, out var result, out _) || result.Operators.Count > 0)
                {
                    return Unparseable(answer, $"{where}'{Clip(sides[1])}' is not a whole number");
                }

                stated = result.Value;
            }

            // Only the first fault counts, but all steps are read: an answer with an unreadable step anywhere is unparseable.
            wrong ??= Check(gold, pool, expression, stated, where, isLast: i == steps.Count - 1);
            made.Add(expression, stated);
        }

        var grade = wrong is null ? new Grade(Outcome.Correct, answer.Trim(), "") : new Grade(Outcome.Wrong, answer.Trim(), wrong);
        return grade with { Canonical = made.Solution };
    }

    /// <summary>Removes the step's numbers from the pool and adds its value. Returns the step's fault, or null.</summary>
    private static string? Check(
        CountdownGold gold,
        List<Rational> pool,
        ArithmeticExpression expression,
        Rational? stated,
        string where,
        bool isLast
    )
    {
        if (expression.Operators.FirstOrDefault(op => !gold.Operators.Contains(op)) is var op and not '\0')
        {
            return $"{where}operator {op} is not allowed";
        }

        if (expression.Value is not { } value)
        {
            return $"{where}division by zero";
        }

        foreach (var literal in expression.Literals)
        {
            if (!pool.Remove(literal))
            {
                return $"{where}{literal} {(gold.Numbers.Any(n => literal == n) ? "is used more often than given" : "is not available")}";
            }
        }

        if (stated is { } written && written != value)
        {
            return $"{where}the result is {value}, not {written}";
        }

        if (isLast && value != gold.Target)
        {
            return $"the result is {value}, the target is {gold.Target}";
        }

        if (isLast && gold.Use == NumberUse.ExactlyOnce && pool.Count > 0)
        {
            return $"{string.Join(", ", pool)} {(pool.Count == 1 ? "is" : "are")} not used";
        }

        pool.Add(value);
        return null;
    }

    private static Grade Unparseable(string answer, string reason) => new(Outcome.Unparseable, answer.Trim(), reason);

    private static string Clip(string text) => Answers.Clip(text, 40);
}
