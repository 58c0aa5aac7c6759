namespace SkillFactory.Core.Artifacts;

/// <summary>A file that a recipe names travels with the experiment: where it runs, the author's disk is out of reach. In a submitted recipe it is
/// named by its content, "artifact:HASH:BYTES", so that stages are too.</summary>
public static class StoredFile
{
    private const string Prefix = "artifact:";

    /// <summary>Whether a name is that of a stored file, rather than a path.</summary>
    public static bool IsStored(string name) => name.StartsWith(Prefix, StringComparison.Ordinal);

    public static string NameOf(ArtifactRef artifact) => $"{Prefix}{artifact.Hash}:{artifact.Bytes}";

    public static ArtifactRef Parse(string name, string mediaType)
    {
        var parts = name[Prefix.Length..].Split(':');
        return new ArtifactRef(parts[0], long.Parse(parts[1]), mediaType);
    }

    /// <summary>A path to read it by, whichever way it is named.</summary>
    public static async Task<string> PathAsync(string name, string mediaType, IArtifactStore store, CancellationToken cancellationToken) =>
        IsStored(name) ? await store.GetLocalPathAsync(Parse(name, mediaType), cancellationToken) : name;

    /// <summary>Copies a file into the store.</summary>
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
