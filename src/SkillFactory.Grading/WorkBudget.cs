namespace SkillFactory.Grading;

/// <summary>Limits the work of grading one answer. Work is counted in steps rather than time, so that every machine grades an answer
/// alike.</summary>
/// <param name="steps">Number of steps allowed. One step takes about 10 ns.</param>
public sealed class WorkBudget(long steps)
{
    private long _left = steps;

    /// <exception cref="LimitExceededException">The budget is used up.</exception>
    public void Spend(long cost)
    {
        _left -= cost;
        if (_left < 0)
        {
            throw new LimitExceededException("more work than one comparison may take");
        }
    }
}
