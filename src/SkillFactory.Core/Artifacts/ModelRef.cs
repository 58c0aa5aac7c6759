namespace SkillFactory.Core.Artifacts;

/// <summary>The files of a model other than its weights: config.json, tokenizer.json, tokenizer_config.json and
/// generation_config.json.</summary>
/// <param name="Files">Artifacts by file name.</param>
/// <param name="TemplateArguments">Values of variables of the chat template; null for none.</param>
public sealed record ModelRef(
    IReadOnlyDictionary<string, ArtifactRef> Files,
    IReadOnlyDictionary<string, string>? TemplateArguments = null
);
