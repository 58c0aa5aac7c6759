using System.Collections.Concurrent;
using SkillFactory.Core;
using SkillFactory.Core.Artifacts;
using SkillFactory.Engine.Models;
using SkillFactory.Primitives.Files;

namespace SkillFactory.Workers.Devices;

/// <summary>Loads each model's configuration and tokenizer once per process. A failed load is tried again by the next caller.</summary>
internal sealed class ModelLibrary(IArtifactStore artifacts) : IDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<Task<ModelDefinition>>> _models = [];
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("skillfactory-models-");

    public async Task<ModelDefinition> GetAsync(ModelRef model)
    {
        var key = CanonicalJson.Hash(model);
        var loading = _models.GetOrAdd(key, _ => new Lazy<Task<ModelDefinition>>(() => LoadAsync(key, model)));
        try
        {
            return await loading.Value;
        }
        catch
        {
            _models.TryRemove(KeyValuePair.Create(key, loading));
            throw;
        }
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private async Task<ModelDefinition> LoadAsync(string key, ModelRef model)
    {
        // Loading needs the files under their names; the store names them by content.
        var folder = Path.Combine(_folder.FullName, key);
        foreach (var (name, artifact) in model.Files)
        {
            await using var source = await artifacts.OpenReadAsync(artifact);
            await AtomicFile.WriteAsync(Path.Combine(folder, Path.GetFileName(name)), target => source.CopyToAsync(target));
        }

        return ModelDefinition.Load(folder, model.TemplateArguments);
    }
}
