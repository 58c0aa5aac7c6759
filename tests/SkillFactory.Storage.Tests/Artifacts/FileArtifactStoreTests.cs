using System.Security.Cryptography;
using System.Text;
using SkillFactory.Core.Artifacts;
using SkillFactory.Primitives.Errors;
using SkillFactory.Storage.Artifacts;

namespace SkillFactory.Storage.Tests.Artifacts;

public sealed class FileArtifactStoreTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FileArtifactStore _store;

    public FileArtifactStoreTests() => _store = Open();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(300_000)]
    public async Task An_artifact_is_stored_and_read_back_under_the_hash_of_its_content(int length)
    {
        var content = RandomNumberGenerator.GetBytes(length);
        var artifact = await Put(content);
        Assert.Equal(new ArtifactRef(Convert.ToHexStringLower(SHA256.HashData(content)), length, "x/y"), artifact);
        Assert.Equal(content, await Read(_store, artifact));
        Assert.Equal(content, await Read(Open(), artifact));
        Assert.True(await _store.ExistsAsync(artifact));
        Assert.Equal(Path.Combine(_folder.Path, "blobs", artifact.Hash[..2], artifact.Hash), await _store.GetLocalPathAsync(artifact));
    }

    [Fact]
    public async Task Concurrent_writers_of_equal_and_different_content_all_succeed()
    {
        var other = Open();
        var references = await Task.WhenAll(
            Enumerable
                .Range(0, 60)
                .Select(i => Task.Run(() => Put(Encoding.UTF8.GetBytes($"content {i % 7}"), i % 2 == 0 ? _store : other)))
        );
        Assert.Equal(7, references.Distinct().Count());
        Assert.Equal(7, BlobFiles().Count);
        Assert.Empty(IncomingFiles());
        foreach (var artifact in references.Distinct())
        {
            await Read(Open(), artifact);
        }
    }

    [Fact]
    public async Task A_damaged_artifact_is_refused_with_a_remedy()
    {
        var artifact = await Put("the quick brown fox"u8.ToArray());
        var path = await _store.GetLocalPathAsync(artifact);
        var bytes = await File.ReadAllBytesAsync(path);
        bytes[3] ^= 1;
        await File.WriteAllBytesAsync(path, bytes);
        var error = await Assert.ThrowsAsync<UserErrorException>(() => Open().OpenReadAsync(artifact));
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
        Assert.Contains(artifact.Hash, error.Message, StringComparison.Ordinal);
        Assert.Contains(Convert.ToHexStringLower(SHA256.HashData(bytes)), error.Message, StringComparison.Ordinal);
        Assert.Contains("Delete the file", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_truncated_artifact_does_not_exist_and_storing_it_again_repairs_it()
    {
        var content = "the quick brown fox"u8.ToArray();
        var artifact = await Put(content);
        await File.WriteAllBytesAsync(await _store.GetLocalPathAsync(artifact), content[..5]);
        var store = Open();
        Assert.False(await store.ExistsAsync(artifact));
        await Assert.ThrowsAsync<UserErrorException>(() => store.OpenReadAsync(artifact));
        await Put(content, store);
        Assert.Equal(content, await Read(store, artifact));
    }

    [Fact]
    public async Task The_error_for_a_missing_artifact_names_it()
    {
        var artifact = new ArtifactRef(new string('0', 64), 3, "x/y");
        Assert.False(await _store.ExistsAsync(artifact));
        Assert.Contains(
            artifact.Hash,
            (await Assert.ThrowsAsync<UserErrorException>(() => _store.OpenReadAsync(artifact))).Message,
            StringComparison.Ordinal
        );
        var gone = await Put("x"u8.ToArray());
        await _store.GetLocalPathAsync(gone);
        await _store.DeleteAsync(gone);
        await _store.DeleteAsync(gone);
        Assert.False(await _store.ExistsAsync(gone));
        await Assert.ThrowsAsync<UserErrorException>(() => _store.GetLocalPathAsync(gone));
    }

    [Fact]
    public async Task Scratch_artifacts_are_readable_and_are_dropped_with_their_scope()
    {
        var content = "the same content"u8.ToArray();
        var kept = await Put(content);
        var mine = await Put(content, _store.Within("experiment/stage"));
        var other = await Put(content, _store.Within("experiment/stage-2"));
        Assert.Equal((kept.Hash, "experiment/stage"), (mine.Hash, mine.Scope));
        Assert.Equal(Path.Combine(_folder.Path, "scratch", "experiment", "stage", mine.Hash), await Open().GetLocalPathAsync(mine));
        Assert.Same(_store, _store.Within(null));

        await _store.DropAsync("experiment/stage");
        await _store.DropAsync("experiment/stage");
        Assert.False(await _store.ExistsAsync(mine));
        await Assert.ThrowsAsync<UserErrorException>(() => _store.OpenReadAsync(mine));
        Assert.Equal(content, await Read(_store, other));
        Assert.Equal(content, await Read(_store, kept));

        // A dropped scope can be used again.
        Assert.Equal(content, await Read(_store, await Put(content, _store.Within("experiment/stage"))));
        await Assert.ThrowsAsync<ArgumentException>(() => _store.DropAsync("../blobs"));
        await Assert.ThrowsAsync<ArgumentException>(() => _store.DropAsync(""));
    }

    [Fact]
    public async Task A_failed_write_leaves_no_file()
    {
        await Assert.ThrowsAsync<InvalidDataException>(() => _store.PutAsync("x/y", async stream =>
            {
                await stream.WriteAsync(new byte[500_000]);
                throw new InvalidDataException("stop");
            }));
        Assert.Empty(BlobFiles());
        Assert.Empty(IncomingFiles());
    }

    [Fact]
    public async Task Abandoned_files_are_ignored_and_deleted_when_they_are_old()
    {
        await Put("first"u8.ToArray());
        var abandoned = Path.Combine(_folder.Path, "incoming", "abandoned.tmp");
        await File.WriteAllBytesAsync(abandoned, new byte[10]);
        var reopened = new FileArtifactStore(_folder.Path, TimeProvider.System);
        Assert.True(File.Exists(abandoned));
        await Put("whole"u8.ToArray(), reopened);
        Assert.Equal(2, BlobFiles().Count);
        File.SetLastWriteTimeUtc(
            abandoned,
            TimeProvider.System.GetUtcNow().UtcDateTime - FileArtifactStore.AbandonedAfter - TimeSpan.FromMinutes(1)
        );
        var later = Open();
        Assert.True(File.Exists(abandoned));
        await Put("later"u8.ToArray(), later);
        Assert.False(File.Exists(abandoned));
    }

    [Fact]
    public async Task A_store_that_is_only_read_is_not_created()
    {
        var root = Path.Combine(_folder.Path, "none");
        var store = new FileArtifactStore(root, TimeProvider.System);
        Assert.Null(await store.FindAsync("key"));
        Assert.False(await store.ExistsAsync(new ArtifactRef(new string('a', 64), 1, "x")));
        Assert.False(Directory.Exists(root));
        await Put("a"u8.ToArray(), store);
        Assert.True(Directory.Exists(root));
    }

    [Fact]
    public async Task A_full_disk_is_reported_with_the_store_and_leaves_no_file()
    {
        // The code of the system: errno on Unix, HRESULT on Windows.
        var code = OperatingSystem.IsWindows() ? unchecked((int)0x80070070) : 28;
        var error = await Assert.ThrowsAsync<UserErrorException>(() => _store.PutAsync("x/y", async stream =>
            {
                await stream.WriteAsync(new byte[400_000]);
                throw new IOException("No space left on device", code);
            }));
        Assert.Contains(_folder.Path, error.Message, StringComparison.Ordinal);
        Assert.Contains("is full", error.Message, StringComparison.Ordinal);
        Assert.Empty(BlobFiles());
        Assert.Empty(IncomingFiles());
    }

    [Fact]
    public async Task Artifacts_do_not_use_the_reserved_bytes()
    {
        var store = new FileArtifactStore(_folder.Path, TimeProvider.System) { ReservedBytes = long.MaxValue };
        var error = await Assert.ThrowsAsync<UserErrorException>(() => Put("more"u8.ToArray(), store));
        Assert.Contains($"The disk of the artifact store {_folder.Path} is full", error.Message, StringComparison.Ordinal);
        Assert.Empty(BlobFiles());
        Assert.Empty(IncomingFiles());
        await Put("more"u8.ToArray());
        Assert.Single(BlobFiles());
    }

    [Fact]
    public async Task Manifests_are_found_by_name_and_the_last_write_wins()
    {
        Assert.Null(await _store.FindAsync("abc"));
        await _store.NameAsync("abc", [1, 2]);
        await _store.NameAsync("abc", [3]);
        Assert.Equal([3], (await Open().FindAsync("abc"))!);
        Assert.Empty(IncomingFiles());
    }

    [Theory]
    [InlineData("")]
    [InlineData("../x")]
    [InlineData(".hidden")]
    [InlineData("a/b")]
    public async Task Names_that_could_leave_the_folder_are_refused(string name)
    {
        await Assert.ThrowsAsync<ArgumentException>(() => _store.FindAsync(name));
        await Assert.ThrowsAsync<ArgumentException>(() => _store.NameAsync(name, [1]));
        await Assert.ThrowsAsync<ArgumentException>(() => _store.OpenReadAsync(new ArtifactRef(name, 0, "")));
    }

    private static async Task<byte[]> Read(FileArtifactStore store, ArtifactRef artifact)
    {
        await using var stream = await store.OpenReadAsync(artifact);
        var memory = new MemoryStream();
        await stream.CopyToAsync(memory);
        return memory.ToArray();
    }

    private FileArtifactStore Open() => new(_folder.Path, TimeProvider.System);

    private Task<ArtifactRef> Put(byte[] content, IArtifactStore? store = null) =>
        (store ?? _store).PutAsync("x/y", async stream => await stream.WriteAsync(content));

    private List<string> BlobFiles() =>
        [.. Directory.EnumerateFiles(Path.Combine(_folder.Path, "blobs"), "*", SearchOption.AllDirectories)];

    private List<string> IncomingFiles() => [.. Directory.EnumerateFiles(Path.Combine(_folder.Path, "incoming"))];
}
