using SkillFactory.Primitives.Errors;

namespace SkillFactory.Core.Artifacts;

/// <summary>
/// Content-addressed storage of bytes by their SHA-256, and named manifests, for example of stage results by stage key. Writes are atomic
/// and reads verify the hash. Thread-safe, and safe for several processes on one folder.
/// </summary>
/// <remarks>Artifacts that only unfinished work needs belong to a scope and are deleted with it. A scope has its own copies, so dropping it
/// never removes an artifact from elsewhere.</remarks>
public interface IArtifactStore
{
    /// <summary>Stores the bytes that <paramref name="write"/> produces. Storing existing content again has no effect.</summary>
    Task<ArtifactRef> PutAsync(string mediaType, Func<Stream, Task> write, CancellationToken cancellationToken = default);

    /// <summary>Opens an artifact for reading. The content is verified before the first byte is returned.</summary>
    /// <exception cref="UserErrorException">The artifact is missing or damaged; the message names the file and the remedy.</exception>
    Task<Stream> OpenReadAsync(ArtifactRef artifact, CancellationToken cancellationToken = default);

    /// <summary>Path of the artifact as a local file, verified once per process. A remote store fetches it first.</summary>
    Task<string> GetLocalPathAsync(ArtifactRef artifact, CancellationToken cancellationToken = default);

    Task<bool> ExistsAsync(ArtifactRef artifact, CancellationToken cancellationToken = default);

    /// <summary>The manifest stored under a key, or null.</summary>
    Task<byte[]?> FindAsync(string key, CancellationToken cancellationToken = default);

    /// <summary>Stores a manifest under a key. The last write wins; equal keys mean equal content.</summary>
    Task NameAsync(string key, byte[] manifest, CancellationToken cancellationToken = default);

    /// <summary>Deletes an artifact that nothing refers to, such as a superseded checkpoint. A missing artifact is no error.</summary>
    Task DeleteAsync(ArtifactRef artifact, CancellationToken cancellationToken = default);

    /// <summary>This store with new artifacts in a scope. They are read by their reference like any artifact.</summary>
    /// <param name="scope">Name of the owner: one or more names of letters, digits, '-', '_' and '.', separated by slashes. Null for this
    /// store itself.</param>
    IArtifactStore Within(string? scope);

    /// <summary>Deletes a scope with all its artifacts. Idempotent, so it can be repeated after a crash.</summary>
    Task DropAsync(string scope, CancellationToken cancellationToken = default);
}
