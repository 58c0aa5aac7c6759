namespace SkillFactory.Core.Tasks.Files;

/// <summary>A question of a file with its split.</summary>
/// <param name="Content">The content of the row.</param>
/// <param name="Place">"file:line" or "file, row N".</param>
public sealed record PooledQuestion(QuestionIdentity Identity, Split Split, FileQuestion Content, string Place);
