namespace SkillFactory.Grading;

/// <summary>A text exceeds a limit of the graders: its length, its nesting, the size of its numbers, or the work of reading it. For a
/// response the outcome is <see cref="Outcome.Unparseable"/>: what exceeds the limits is no answer.</summary>
/// <param name="message">What exceeds the limit, as in "a list of more than 64 items".</param>
public sealed class LimitExceededException(string message) : Exception(message);
