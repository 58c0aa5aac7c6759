namespace SkillFactory.Grading;

/// <summary>The grader gave up. The outcome is <see cref="Outcome.Unscored"/>, never <see cref="Outcome.Wrong"/>.</summary>
public sealed class BudgetExceededException(string message) : Exception(message);
