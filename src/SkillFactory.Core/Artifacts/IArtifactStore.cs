using SkillFactory.Primitives.Errors;

namespace SkillFactory.Core.Artifacts;

/// <summary>
/// Content-addressed storage: bytes by SHA-256, and named pointers ("stage results") from a stage's key to its manifest.
/// Writes are atomic (temporary name, then rename); reads verify the hash. Thread-safe; safe for several processes on one folder.
/// What only unfinished work needs goes into a scope of its owner and is dropped with it: equal content elsewhere is another copy, so nobody
/// else's is ever taken.
/// </summary>
public interface IArtifactStore
{
    /// <summary>Stores the bytes that <paramref name="write"/> produces. Storing what exists already is free and changes nothing.</summary>
    Task<ArtifactRef> PutAsync(string mediaType, Func<Stream, Task> write, CancellationToken cancellationToken = default);

    /// <summary>Opens for reading. The content is verified before the first byte is returned.</summary>
    /// <exception cref="UserErrorException">Missing, or damaged (the message names the file and says what to do).</exception>
    Task<Stream> OpenReadAsync(ArtifactRef artifact, CancellationToken cancellationToken = default);

    /// <summary>Path of the artifact as a local file, verified once per process; fetched first where the store is remote.</summary>
    Task<string> GetLocalPathAsync(ArtifactRef artifact, CancellationToken cancellationToken = default);

    Task<bool> ExistsAsync(ArtifactRef artifact, CancellationToken cancellationToken = default);

    /// <summary>The manifest stored under a key, or null.</summary>
    Task<byte[]?> FindAsync(string key, CancellationToken cancellationToken = default);

    /// <summary>Stores a manifest under a key; the last write wins (equal keys mean equal content).</summary>
    Task NameAsync(string key, byte[] manifest, CancellationToken cancellationToken = default);

    /// <summary>Deletes an artifact that nothing refers to any more (superseded checkpoints). Missing is fine.</summary>
    Task DeleteAsync(ArtifactRef artifact, CancellationToken cancellationToken = default);

    /// <summary>This store, with whatever is put through it in the scope: read like any artifact, by its reference. Null: this store itself.</summary>
    /// <param name="scope">The owner: names of letters, digits, '-', '_' and '.', separated by slashes.</param>
    IArtifactStore Within(string? scope);

    /// <summary>Drops a scope with all that is in it. Idempotent; after a crash in the middle, again.</summary>
    Task DropAsync(string scope, CancellationToken cancellationToken = default);
}
