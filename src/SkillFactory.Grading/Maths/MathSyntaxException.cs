namespace SkillFactory.Grading.Maths;

/// <summary>A text is not mathematics this grader reads; the message says why in a few words.</summary>
internal sealed class MathSyntaxException(string message) : Exception(message);
