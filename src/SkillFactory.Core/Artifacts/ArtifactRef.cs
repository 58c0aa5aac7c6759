namespace SkillFactory.Core.Artifacts;

/// <summary>A reference to immutable bytes in the artifact store. Small: this is what travels in messages.</summary>
/// <param name="Hash">Lower-case hex SHA-256 of the content.</param>
/// <param name="Bytes">Length of the content.</param>
/// <param name="MediaType">What it is, e.g. "application/json", "application/x-jsonlines+gzip", "application/x-safetensors".</param>
public sealed record ArtifactRef(string Hash, long Bytes, string MediaType)
{
    /// <summary>Whose scratch it is (<see cref="IArtifactStore.Within"/>): gone when that is dropped. Null for what is kept.</summary>
    public string? Scope { get; init; }
}

/// <summary>One version of a model's weights.</summary>
/// <param name="Version">Monotonic within a training stage; 0 is the initial weights.</param>
/// <param name="Tensors">A safetensors file in Hugging Face naming.</param>
public sealed record WeightsRef(long Version, ArtifactRef Tensors);

/// <summary>What a model is besides its weights: config.json, tokenizer.json, tokenizer_config.json, generation_config.json.</summary>
/// <param name="Files">File name to content.</param>
public sealed record ModelRef(IReadOnlyDictionary<string, ArtifactRef> Files);
