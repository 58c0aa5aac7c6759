namespace SkillFactory.Core.Artifacts;

/// <summary>A reference to immutable bytes in the artifact store. Messages carry references instead of content.</summary>
/// <param name="Hash">Lower-case hex SHA-256 of the content.</param>
/// <param name="Bytes">Length of the content.</param>
/// <param name="MediaType">Type of the content, for example "application/json", "application/x-jsonlines+gzip" or
/// "application/x-safetensors".</param>
public sealed record ArtifactRef(string Hash, long Bytes, string MediaType)
{
    /// <summary>The scope of a scratch artifact (<see cref="IArtifactStore.Within"/>), which is deleted with the scope. Null for artifacts
    /// that are kept.</summary>
    public string? Scope { get; init; }
}
