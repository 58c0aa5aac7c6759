using SkillFactory.Core.Tasks;
using SkillFactory.Core.Traces;

namespace SkillFactory.Engine.Pretraining.Corpus;

/// <summary>One document of the corpus with what is known about it.</summary>
/// <param name="Example">What is trained: one prompt, one assistant segment, all of it with loss.</param>
/// <param name="Question">The question, always of the Sft or Rl split.</param>
/// <param name="Variant">The variant the attempt was made under.</param>
/// <param name="Kind">How the attempt came about.</param>
/// <param name="Attempt">The attempt's whole text: the response in a document that solves, part of the prompt in one that judges.</param>
/// <param name="AttemptCorrect">Whether the attempt is right.</param>
/// <param name="Verdict">What a document that judges says; null in one that solves. Differs from <paramref name="AttemptCorrect"/> where
/// label noise struck.</param>
public sealed record CorpusDocument(
    TrainingExample Example,
    Question Question,
    string Variant,
    AttemptKind Kind,
    string Attempt,
    bool AttemptCorrect,
    bool? Verdict
);
