using SkillFactory.Core.Artifacts;

namespace SkillFactory.Workers.TrainingLoops;

/// <summary>An artifact store whose operations run on the thread pool. On a grain's scheduler they would block the grain's other calls
/// while they serialize, hash and write. A stream that <see cref="OpenReadAsync"/> returns is read where its reader runs.</summary>
internal sealed class ThreadPoolArtifacts(IArtifactStore inner) : IArtifactStore
{
    public Task<ArtifactRef> PutAsync(string mediaType, Func<Stream, Task> write, CancellationToken cancellationToken = default) =>
        Task.Run(() => inner.PutAsync(mediaType, write, cancellationToken), cancellationToken);

    public Task<Stream> OpenReadAsync(ArtifactRef artifact, CancellationToken cancellationToken = default) =>
        Task.Run(() => inner.OpenReadAsync(artifact, cancellationToken), cancellationToken);

    public Task<string> GetLocalPathAsync(ArtifactRef artifact, CancellationToken cancellationToken = default) =>
        Task.Run(() => inner.GetLocalPathAsync(artifact, cancellationToken), cancellationToken);

    public Task<bool> ExistsAsync(ArtifactRef artifact, CancellationToken cancellationToken = default) =>
        Task.Run(() => inner.ExistsAsync(artifact, cancellationToken), cancellationToken);

    public Task<byte[]?> FindAsync(string key, CancellationToken cancellationToken = default) =>
        Task.Run(() => inner.FindAsync(key, cancellationToken), cancellationToken);

    public Task NameAsync(string key, byte[] manifest, CancellationToken cancellationToken = default) =>
        Task.Run(() => inner.NameAsync(key, manifest, cancellationToken), cancellationToken);

    public Task DeleteAsync(ArtifactRef artifact, CancellationToken cancellationToken = default) =>
        Task.Run(() => inner.DeleteAsync(artifact, cancellationToken), cancellationToken);

    public IArtifactStore Within(string? scope) => new ThreadPoolArtifacts(inner.Within(scope));

    public Task DropAsync(string scope, CancellationToken cancellationToken = default) =>
        Task.Run(() => inner.DropAsync(scope, cancellationToken), cancellationToken);
}
