using SkillFactory.Core.Artifacts;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Storage.ModelFolders;

/// <summary>Imports a Hugging Face model folder into the artifact store. Sharded weights become one file.</summary>
public static class ModelFolder
{
    private const string WeightsType = "application/x-safetensors";

    /// <exception cref="UserErrorException">The folder holds no model (see <see cref="ModelFolderFiles.Require"/>), or its weights cannot
    /// be read.</exception>
    public static async Task<BaseModel> ImportAsync(string folder, IArtifactStore store, CancellationToken cancellationToken = default)
    {
        ModelFolderFiles.Require(folder);
        var files = new SortedDictionary<string, ArtifactRef>(StringComparer.Ordinal);
        foreach (
            var name in ModelFolderFiles.Required.Concat(ModelFolderFiles.Optional).Where(name => File.Exists(Path.Combine(folder, name)))
        )
        {
            files[name] = await store.PutFileAsync(Path.Combine(folder, name), "application/octet-stream", cancellationToken);
        }

        var weights = ModelFolderFiles.IsSharded(folder)
            ? await store.PutAsync(
                WeightsType,
                stream =>
                {
                    ShardedWeights.Write(folder, stream, cancellationToken);
                    return Task.CompletedTask;
                },
                cancellationToken
            )
            : await store.PutFileAsync(Path.Combine(folder, ModelFolderFiles.Weights), WeightsType, cancellationToken);
        return new BaseModel(new ModelRef(files), new WeightsRef(0, weights));
    }
}
