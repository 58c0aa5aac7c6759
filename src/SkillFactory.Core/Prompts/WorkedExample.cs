namespace SkillFactory.Core.Prompts;

/// <summary>A question with its response that is shown before the question to answer.</summary>
/// <param name="User">The user message: a question, with or without the suffix of its prompt variant.</param>
/// <param name="Response">The response.</param>
public sealed record WorkedExample(string User, string Response);
