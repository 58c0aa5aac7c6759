using SkillFactory.Core.Traces;

namespace SkillFactory.Engine.Pretraining.Corpus;

/// <summary>A document of the corpus with its properties.</summary>
/// <param name="Example">The training example.</param>
/// <param name="Form">What it asks for and holds.</param>
/// <param name="Attempts">Its attempts in order. In a reflection the only attempt is part of the prompt.</param>
public sealed record CorpusDocument(TrainingExample Example, CorpusForm Form, IReadOnlyList<CorpusAttempt> Attempts);
