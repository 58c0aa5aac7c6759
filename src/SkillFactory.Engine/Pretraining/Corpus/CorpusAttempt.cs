using SkillFactory.Core.Tasks;

namespace SkillFactory.Engine.Pretraining.Corpus;

/// <summary>An attempt in a document of the corpus.</summary>
/// <param name="Question">The question, of the Sft or Rl split.</param>
/// <param name="Variant">The prompt variant whose first line it has.</param>
/// <param name="Kind">How it is made.</param>
/// <param name="Text">Its text: the first line, if any, and the answer in tags.</param>
/// <param name="Correct">Whether it is correct.</param>
/// <param name="Verdict">The verdict that the document gives, or null if it gives none. Verdict noise can make it differ from
/// <paramref name="Correct"/>.</param>
public sealed record CorpusAttempt(Question Question, string Variant, AttemptKind Kind, string Text, bool Correct, bool? Verdict);
