namespace SkillFactory.Core.Artifacts;

/// <summary>One version of a model's weights.</summary>
/// <param name="Version">Increases within a training stage; 0 is the initial weights.</param>
/// <param name="Tensors">A safetensors file with Hugging Face tensor names.</param>
public sealed record WeightsRef(long Version, ArtifactRef Tensors);
