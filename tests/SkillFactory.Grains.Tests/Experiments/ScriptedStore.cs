using SkillFactory.Core.Artifacts;

namespace SkillFactory.Grains.Tests.Experiments;

/// <summary>An artifact store whose drops of scratch fail as often as the script says.</summary>
internal sealed class ScriptedStore(IArtifactStore store, Script script) : IArtifactStore
{
    public Task<ArtifactRef> PutAsync(string mediaType, Func<Stream, Task> write, CancellationToken cancellationToken = default) =>
        store.PutAsync(mediaType, write, cancellationToken);

    public Task<Stream> OpenReadAsync(ArtifactRef artifact, CancellationToken cancellationToken = default) =>
        store.OpenReadAsync(artifact, cancellationToken);

    public Task<string> GetLocalPathAsync(ArtifactRef artifact, CancellationToken cancellationToken = default) =>
        store.GetLocalPathAsync(artifact, cancellationToken);

    public Task<bool> ExistsAsync(ArtifactRef artifact, CancellationToken cancellationToken = default) =>
        store.ExistsAsync(artifact, cancellationToken);

    public Task<byte[]?> FindAsync(string key, CancellationToken cancellationToken = default) => store.FindAsync(key, cancellationToken);

    public Task NameAsync(string key, byte[] manifest, CancellationToken cancellationToken = default) =>
        store.NameAsync(key, manifest, cancellationToken);

    public Task DeleteAsync(ArtifactRef artifact, CancellationToken cancellationToken = default) =>
        store.DeleteAsync(artifact, cancellationToken);

    public IArtifactStore Within(string? scope) => store.Within(scope);

    public Task DropAsync(string scope, CancellationToken cancellationToken = default)
    {
        if (script.DropsFailed > 0)
        {
            script.DropsFailed--;
            throw new IOException("the disk does not respond");
        }

        return store.DropAsync(scope, cancellationToken);
    }
}
