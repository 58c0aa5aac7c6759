using SkillFactory.Core.Artifacts;
using SkillFactory.Storage.Artifacts;
using SkillFactory.Workers.Devices;

namespace SkillFactory.Workers.Tests.Devices;

public sealed class ModelLibraryTests
{
    private static readonly string ModelFolder = Path.Combine(AppContext.BaseDirectory, "models", "tiny-base");

    [Fact]
    public async Task A_model_is_loaded_once_and_a_failed_load_is_tried_again()
    {
        using var folder = new TemporaryFolder();
        var store = new FileArtifactStore(folder.Path, TimeProvider.System);
        var files = new Dictionary<string, ArtifactRef>();
        foreach (var name in (string[])["config.json", "tokenizer.json", "tokenizer_config.json"])
        {
            files[name] = await store.PutFileAsync(Path.Combine(ModelFolder, name), "application/octet-stream", CancellationToken.None);
        }

        using var library = new ModelLibrary(store);
        var model = new ModelRef(files);
        await store.DeleteAsync(files["config.json"]);
        await Assert.ThrowsAnyAsync<Exception>(() => library.GetAsync(model));
        await store.PutFileAsync(Path.Combine(ModelFolder, "config.json"), "application/octet-stream", CancellationToken.None);
        Assert.Same(await library.GetAsync(model), await library.GetAsync(model));
    }
}
