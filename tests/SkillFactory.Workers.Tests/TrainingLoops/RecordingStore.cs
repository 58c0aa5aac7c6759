using SkillFactory.Core.Artifacts;

namespace SkillFactory.Workers.Tests.TrainingLoops;

/// <summary>A store that records what is written through it.</summary>
internal sealed class RecordingStore(IArtifactStore inner, List<ArtifactRef>? written = null) : IArtifactStore
{
    /// <summary>Every artifact written, in order, with repetitions.</summary>
    public List<ArtifactRef> Written { get; } = written ?? [];

    /// <summary>Called before an artifact is made a local file.</summary>
    public Action<ArtifactRef> OnLocalPath { get; set; } = _ => { };

    public async Task<ArtifactRef> PutAsync(string mediaType, Func<Stream, Task> write, CancellationToken cancellationToken = default)
    {
        var artifact = await inner.PutAsync(mediaType, write, cancellationToken);
        lock (Written)
        {
            Written.Add(artifact);
        }

        return artifact;
    }

    public Task<Stream> OpenReadAsync(ArtifactRef artifact, CancellationToken cancellationToken = default) =>
        inner.OpenReadAsync(artifact, cancellationToken);

    public Task<string> GetLocalPathAsync(ArtifactRef artifact, CancellationToken cancellationToken = default)
    {
        OnLocalPath(artifact);
        return inner.GetLocalPathAsync(artifact, cancellationToken);
    }

    public Task<bool> ExistsAsync(ArtifactRef artifact, CancellationToken cancellationToken = default) =>
        inner.ExistsAsync(artifact, cancellationToken);

    public Task<byte[]?> FindAsync(string key, CancellationToken cancellationToken = default) => inner.FindAsync(key, cancellationToken);

    public Task NameAsync(string key, byte[] manifest, CancellationToken cancellationToken = default) =>
        inner.NameAsync(key, manifest, cancellationToken);

    public Task DeleteAsync(ArtifactRef artifact, CancellationToken cancellationToken = default) =>
        inner.DeleteAsync(artifact, cancellationToken);

    public IArtifactStore Within(string? scope) => new RecordingStore(inner.Within(scope), Written);

    public Task DropAsync(string scope, CancellationToken cancellationToken = default) => inner.DropAsync(scope, cancellationToken);
}
