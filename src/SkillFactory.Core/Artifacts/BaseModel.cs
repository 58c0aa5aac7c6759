namespace SkillFactory.Core.Artifacts;

/// <summary>The base model of an experiment as a JSON artifact: what it is besides its weights, and its weights.</summary>
/// <param name="Files">config.json, tokenizer.json, tokenizer_config.json, generation_config.json, as far as the folder has them.</param>
/// <param name="Weights">Version 0.</param>
public sealed record BaseModel(ModelRef Files, WeightsRef Weights);
