using System.Collections.Concurrent;
using System.Security.Cryptography;
using SkillFactory.Core.Artifacts;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.TestKit.Artifacts;

/// <summary>An artifact store in memory.</summary>
public sealed class MemoryArtifactStore : IArtifactStore
{
    private readonly ConcurrentDictionary<string, byte[]> _content = new();
    private readonly ConcurrentDictionary<string, byte[]> _named = new();

    public async Task<ArtifactRef> PutAsync(string mediaType, Func<Stream, Task> write, CancellationToken cancellationToken = default)
    {
        using var stream = new MemoryStream();
        await write(stream);
        var bytes = stream.ToArray();
        var hash = Convert.ToHexStringLower(SHA256.HashData(bytes));
        _content[hash] = bytes;
        return new ArtifactRef(hash, bytes.Length, mediaType);
    }

    public Task<Stream> OpenReadAsync(ArtifactRef artifact, CancellationToken cancellationToken = default) =>
        _content.TryGetValue(artifact.Hash, out var bytes)
            ? Task.FromResult<Stream>(new MemoryStream(bytes, writable: false))
            : throw new UserErrorException($"artifact {artifact.Hash} is missing");

    public Task<string> GetLocalPathAsync(ArtifactRef artifact, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public Task<bool> ExistsAsync(ArtifactRef artifact, CancellationToken cancellationToken = default) =>
        Task.FromResult(_content.ContainsKey(artifact.Hash));

    public Task<byte[]?> FindAsync(string key, CancellationToken cancellationToken = default) =>
        Task.FromResult(_named.GetValueOrDefault(key));

    public Task NameAsync(string key, byte[] manifest, CancellationToken cancellationToken = default)
    {
        _named[key] = manifest;
        return Task.CompletedTask;
    }

    public Task DeleteAsync(ArtifactRef artifact, CancellationToken cancellationToken = default)
    {
        _content.TryRemove(artifact.Hash, out _);
        return Task.CompletedTask;
    }

    public IArtifactStore Within(string? scope) => throw new NotSupportedException();

    public Task DropAsync(string scope, CancellationToken cancellationToken = default) => throw new NotSupportedException();
}
