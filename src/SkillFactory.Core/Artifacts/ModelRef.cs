namespace SkillFactory.Core.Artifacts;

/// <summary>The files of a model other than its weights: config.json, tokenizer.json, tokenizer_config.json and
/// generation_config.json.</summary>
/// <param name="Files">Artifacts by file name.</param>
public sealed record ModelRef(IReadOnlyDictionary<string, ArtifactRef> Files);
