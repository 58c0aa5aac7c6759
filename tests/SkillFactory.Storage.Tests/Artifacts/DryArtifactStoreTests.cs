using SkillFactory.Storage.Artifacts;

namespace SkillFactory.Storage.Tests.Artifacts;

public sealed class DryArtifactStoreTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task References_are_those_of_the_store_and_nothing_is_written()
    {
        var store = new FileArtifactStore(Path.Combine(_folder.Path, "a"), TimeProvider.System);
        var dry = new DryArtifactStore(store);
        static Task Write(Stream stream) => stream.WriteAsync("content"u8.ToArray()).AsTask();

        var expected = await dry.PutAsync("text/plain", Write);
        await dry.Within("e/s").PutAsync("text/plain", Write);
        await dry.NameAsync("key", [1]);
        await dry.DropAsync("e/s");
        Assert.Null(await dry.FindAsync("key"));
        Assert.False(await dry.ExistsAsync(expected));
        Assert.Empty(_folder.Names);

        Assert.Equal(expected, await store.PutAsync("text/plain", Write));
        Assert.True(await dry.ExistsAsync(expected));
        await dry.DeleteAsync(expected);
        Assert.True(await store.ExistsAsync(expected));
    }
}
