using SkillFactory.Grading;

namespace SkillFactory.Core.Tasks.Countdown;

/// <summary>Puts the steps of an answer together into the one expression they stand for, so that "8*6=48;48-4=44" and "8*6-4" are the
/// same solution.</summary>
internal sealed class SolutionBuilder
{
    private readonly List<(Rational Value, ExpressionShape Shape)> _unused = [];
    private bool _holds = true;

    /// <summary>The whole solution in a form that does not depend on order, parentheses and the division into steps. Null when a step
    /// states a false result, for then the steps are no expression, or when a result is left over.</summary>
    public string? Solution => _holds && _unused is [var (_, shape)] ? shape.ToString() : null;

    /// <param name="stated">The result written beside the step, if any.</param>
    public void Add(ArithmeticExpression step, Rational? stated)
    {
        _holds &= step.Value is { } value && (stated ?? value) == value;
        if (_holds)
        {
            _unused.Add((step.Value!.Value, step.Shape.Replace(Take)));
        }
    }

    /// <summary>A number in a later step that an earlier one made stands for that step.</summary>
    private ExpressionShape? Take(Rational number)
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
