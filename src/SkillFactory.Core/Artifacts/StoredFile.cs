namespace SkillFactory.Core.Artifacts;

/// <summary>Names of a recipe's files in the artifact store. A submitted recipe names its files by content, "artifact:HASH:BYTES", because
/// the workers cannot read the author's disk and because stage keys follow from the names.</summary>
public static class StoredFile
{
    private const string Prefix = "artifact:";

    /// <summary>Whether a name is that of a stored file rather than a path.</summary>
    public static bool IsStored(string name) => name.StartsWith(Prefix, StringComparison.Ordinal);

    public static string NameOf(ArtifactRef artifact) => $"{Prefix}{artifact.Hash}:{artifact.Bytes}";

    public static ArtifactRef Parse(string name, string mediaType)
    {
        var parts = name[Prefix.Length..].Split(':');
        return new ArtifactRef(parts[0], long.Parse(parts[1]), mediaType);
    }

    /// <summary>The local path of a file, whether its name is a path or that of a stored file.</summary>
    public static async Task<string> PathAsync(string name, string mediaType, IArtifactStore store, CancellationToken cancellationToken) =>
        IsStored(name) ? await store.GetLocalPathAsync(Parse(name, mediaType), cancellationToken) : name;

    /// <summary>Stores a copy of a local file.</summary>
    public static Task<ArtifactRef> PutFileAsync(
        this IArtifactStore store,
        string path,
        string mediaType,
        CancellationToken cancellationToken
    ) =>
        store.PutAsync(
            mediaType,
            async stream =>
            {
                await using var file = File.OpenRead(path);
                await file.CopyToAsync(stream, cancellationToken);
            },
            cancellationToken
        );
}
