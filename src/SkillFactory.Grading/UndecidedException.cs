namespace SkillFactory.Grading;

/// <summary>The grader read both answers and could not decide whether they are equal. The outcome is
/// <see cref="Outcome.Unscored"/>.</summary>
public sealed class UndecidedException(string message) : Exception(message);
