using SkillFactory.Core.Tasks;
using SkillFactory.Core.Traces;

namespace SkillFactory.Engine.Pretraining.Corpus;

/// <summary>A document of the corpus with its properties.</summary>
/// <param name="Example">The training example: one prompt and one assistant segment with loss.</param>
/// <param name="Question">The question, of the Sft or Rl split.</param>
/// <param name="Variant">The prompt variant of the attempt.</param>
/// <param name="Kind">How the attempt is made.</param>
/// <param name="Attempt">The text of the attempt: the whole response, or part of the prompt of a reflection.</param>
/// <param name="AttemptCorrect">Whether the attempt is correct.</param>
/// <param name="Verdict">The verdict of a reflection, or null in a document that makes an attempt. Verdict noise can make it differ from
/// <paramref name="AttemptCorrect"/>.</param>
public sealed record CorpusDocument(
    TrainingExample Example,
    Question Question,
    string Variant,
    AttemptKind Kind,
    string Attempt,
    bool AttemptCorrect,
    bool? Verdict
);
