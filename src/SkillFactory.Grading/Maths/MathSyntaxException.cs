namespace SkillFactory.Grading.Maths;

/// <summary>The text is not mathematics that this grader can read. The message says why in a few words.</summary>
internal sealed class MathSyntaxException(string message) : Exception(message);
