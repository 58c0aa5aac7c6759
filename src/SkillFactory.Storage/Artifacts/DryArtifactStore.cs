using System.Security.Cryptography;
using SkillFactory.Core.Artifacts;

namespace SkillFactory.Storage.Artifacts;

/// <summary>A view of a store for questions of the form "what would this be called": it computes the references of new artifacts and
/// stores nothing. It reads what the store holds.</summary>
public sealed class DryArtifactStore(IArtifactStore store) : IArtifactStore
{
    public async Task<ArtifactRef> PutAsync(string mediaType, Func<Stream, Task> write, CancellationToken cancellationToken = default)
    {
        using var hasher = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var hashing = new HashingWriteStream(Stream.Null, hasher, _ => { });
        await write(hashing);
        cancellationToken.ThrowIfCancellationRequested();
        return new ArtifactRef(Convert.ToHexStringLower(hasher.GetHashAndReset()), hashing.BytesWritten, mediaType);
    }

    public Task<Stream> OpenReadAsync(ArtifactRef artifact, CancellationToken cancellationToken = default) =>
        store.OpenReadAsync(artifact, cancellationToken);

    public Task<string> GetLocalPathAsync(ArtifactRef artifact, CancellationToken cancellationToken = default) =>
        store.GetLocalPathAsync(artifact, cancellationToken);

    public Task<bool> ExistsAsync(ArtifactRef artifact, CancellationToken cancellationToken = default) =>
        store.ExistsAsync(artifact, cancellationToken);

    public Task<byte[]?> FindAsync(string key, CancellationToken cancellationToken = default) => store.FindAsync(key, cancellationToken);

    public Task NameAsync(string key, byte[] manifest, CancellationToken cancellationToken = default) => Task.CompletedTask;

    public Task DeleteAsync(ArtifactRef artifact, CancellationToken cancellationToken = default) => Task.CompletedTask;

    public IArtifactStore Within(string? scope) => new DryArtifactStore(store.Within(scope));

    public Task DropAsync(string scope, CancellationToken cancellationToken = default) => Task.CompletedTask;
}
