namespace SkillFactory.Core.Prompts;

/// <summary>A question with its response, shown to the model before the question it has to answer.</summary>
/// <param name="User">The user message: a question, with or without the suffix of its prompt variant.</param>
/// <param name="Response">The response to it.</param>
public sealed record WorkedExample(string User, string Response);
