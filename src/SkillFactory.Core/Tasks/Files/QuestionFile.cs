namespace SkillFactory.Core.Tasks.Files;

/// <summary>A file of questions.</summary>
/// <param name="Path">Path as the settings give it.</param>
/// <param name="Splits">The splits whose questions it holds.</param>
public sealed record QuestionFile(string Path, IReadOnlyList<Split> Splits);
