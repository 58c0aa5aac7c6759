namespace SkillFactory.Core.Artifacts;

/// <summary>The base model of an experiment as a JSON artifact.</summary>
/// <param name="Files">The files that the model folder has.</param>
/// <param name="Weights">The weights, version 0.</param>
public sealed record BaseModel(ModelRef Files, WeightsRef Weights);
