using System.Text.Json;

namespace SkillFactory.Core.Artifacts;

/// <summary>JSON documents and JSON lines in the artifact store, in the dialect of <see cref="CoreJson"/>.</summary>
public static class JsonArtifacts
{
    public const string DocumentType = "application/json";
    public const string LinesType = "application/x-jsonlines+gzip";

    public static Task<ArtifactRef> PutJsonAsync<T>(this IArtifactStore store, T value, CancellationToken cancellationToken = default) =>
        store.PutAsync(DocumentType, s => JsonSerializer.SerializeAsync(s, value, CoreJson.Options, cancellationToken), cancellationToken);

    public static async Task<T> GetJsonAsync<T>(
        this IArtifactStore store,
        ArtifactRef artifact,
        CancellationToken cancellationToken = default
    )
    {
        await using var stream = await store.OpenReadAsync(artifact, cancellationToken);
        return await JsonSerializer.DeserializeAsync<T>(stream, CoreJson.Options, cancellationToken)
            ?? throw new InvalidDataException($"artifact {artifact.Hash} is null");
    }

    public static Task<ArtifactRef> PutLinesAsync<T>(
        this IArtifactStore store,
        IEnumerable<T> items,
        CancellationToken cancellationToken = default
    ) => store.PutAsync(LinesType, s => CoreJson.WriteLinesAsync(s, items, cancellationToken), cancellationToken);

    /// <summary>Reads JSON lines one item at a time.</summary>
    public static async IAsyncEnumerable<T> ReadLinesAsync<T>(
        this IArtifactStore store,
        ArtifactRef artifact,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        await using var stream = await store.OpenReadAsync(artifact, cancellationToken);
        await foreach (var item in CoreJson.ReadLinesAsync<T>(stream, cancellationToken))
        {
            yield return item;
        }
    }

    public static async Task<List<T>> ReadAllAsync<T>(
        this IArtifactStore store,
        ArtifactRef artifact,
        CancellationToken cancellationToken = default
    )
    {
        var items = new List<T>();
        await foreach (var item in store.ReadLinesAsync<T>(artifact, cancellationToken))
        {
            items.Add(item);
        }

        return items;
    }
}
