using SkillFactory.Grading;

namespace SkillFactory.Core.Tasks.Countdown;

/// <summary>Combines the steps of an answer into one expression, so that "8*6=48;48-4=44" and "8*6-4" are the same solution.</summary>
internal sealed class SolutionBuilder
{
    private readonly List<(Rational Value, ExpressionShape Shape)> _unused = [];
    private bool _holds = true;

    /// <summary>The solution in a form that is independent of order, parentheses and the division into steps. Null when a step states a
    /// false result, because such steps form no expression, or when a result remains unused.</summary>
    public string? Solution => _holds && _unused is [var (_, shape)] ? shape.ToString() : null;

    /// <param name="stated">The result written in the step, if any.</param>
    public void Add(ArithmeticExpression step, Rational? stated)
    {
        _holds &= step.Value is { } value && (stated ?? value) == value;
        if (_holds)
        {
            _unused.Add((step.Value!.Value, step.Shape.Replace(TakeResult)));
        }
    }

    /// <summary>Replaces a number that an earlier step produced by that step's shape. Each result is used once.</summary>
    private ExpressionShape? TakeResult(Rational number)
    {
        var at = _unused.FindIndex(u => u.Value == number);
        if (at < 0)
        {
            return null;
        }

        var shape = _unused[at].Shape;
        _unused.RemoveAt(at);
        return shape;
    }
}
