using SkillFactory.Core.Artifacts;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Storage.ModelFolders;

/// <summary>Imports a Hugging Face model folder into the artifact store. Sharded weights become one file.</summary>
public static class ModelFolder
{
    private const string Weights = "model.safetensors";
    private const string WeightsType = "application/x-safetensors";

    private static readonly string[] Required = ["config.json", "tokenizer.json"];

    private static readonly string[] Optional =
    [
        "tokenizer_config.json",
        "generation_config.json",
        "special_tokens_map.json",
        "added_tokens.json",
        "chat_template.jinja",
        "vocab.json",
        "merges.txt",
    ];

    /// <exception cref="UserErrorException">The folder or one of its files is missing, or its weights cannot be read.</exception>
    public static async Task<BaseModel> ImportAsync(string folder, IArtifactStore store, CancellationToken cancellationToken = default)
    {
        if (!Directory.Exists(folder))
        {
            throw new UserErrorException(
                $"model: the folder {folder} does not exist; "
                    + $"expected a Hugging Face model folder ({string.Join(", ", Required)}, {Weights})"
            );
        }

        var isSharded = !File.Exists(Path.Combine(folder, Weights)) && File.Exists(Path.Combine(folder, ShardIndex.FileName));
        foreach (
            var name in Required.Append(isSharded ? ShardIndex.FileName : Weights).Where(name => !File.Exists(Path.Combine(folder, name)))
        )
        {
            throw new UserErrorException($"model: {Path.Combine(folder, name)} is missing; {Found(folder)}");
        }

        var files = new SortedDictionary<string, ArtifactRef>(StringComparer.Ordinal);
        foreach (var name in Required.Concat(Optional).Where(name => File.Exists(Path.Combine(folder, name))))
        {
            files[name] = await store.PutFileAsync(Path.Combine(folder, name), "application/octet-stream", cancellationToken);
        }

        var weights = isSharded
            ? await store.PutAsync(
                WeightsType,
                stream =>
                {
                    ShardedWeights.Write(folder, stream, cancellationToken);
                    return Task.CompletedTask;
                },
                cancellationToken
            )
            : await store.PutFileAsync(Path.Combine(folder, Weights), WeightsType, cancellationToken);
        return new BaseModel(new ModelRef(files), new WeightsRef(0, weights));
    }

    private static string Found(string folder)
    {
        var names = Directory.EnumerateFiles(folder).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal).Take(12).ToList();
        return names.Count == 0 ? "the folder is empty" : $"found {string.Join(", ", names)}";
    }
}
