namespace SkillFactory.Grading;

/// <summary>Counts the work of grading one answer. Work is counted in steps and not in time, so that the same answer is graded alike
/// everywhere.</summary>
/// <param name="steps">Steps allowed; one is in the order of 10 ns.</param>
public sealed class WorkBudget(long steps)
{
    private long _left = steps;

    /// <exception cref="BudgetExceededException">Nothing is left.</exception>
    public void Spend(long cost)
    {
        _left -= cost;
        if (_left < 0)
        {
            throw new BudgetExceededException("comparing it takes more work than a grader may spend");
        }
    }
}

/// <summary>A grader gave up: the outcome is <see cref="Outcome.Unscored"/>, never wrong.</summary>
public sealed class BudgetExceededException(string message) : Exception(message);
