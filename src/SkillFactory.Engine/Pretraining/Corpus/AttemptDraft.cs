using SkillFactory.Core.Tasks;

namespace SkillFactory.Engine.Pretraining.Corpus;

/// <summary>An attempt and its reflection before they become a document.</summary>
/// <param name="Question">The question.</param>
/// <param name="Kind">How the attempt is made.</param>
/// <param name="Lead">First line of the response, which the prompt variant asks for, with its line break; can be empty.</param>
/// <param name="Answer">Content of the answer tags.</param>
/// <param name="Recomputed">Content of the reflection before the verdict.</param>
/// <param name="Correct">Whether the attempt is correct.</param>
internal sealed record AttemptDraft(Question Question, AttemptKind Kind, string Lead, string Answer, string Recomputed, bool Correct);
