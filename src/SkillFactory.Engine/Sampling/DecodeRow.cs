namespace SkillFactory.Engine.Sampling;

/// <summary>One response that is being generated: a row of the decode batch.</summary>
/// <param name="Prompt">Index of its prompt.</param>
/// <param name="PromptLength">Number of tokens of that prompt.</param>
internal readonly record struct DecodeRow(int Prompt, int PromptLength);
