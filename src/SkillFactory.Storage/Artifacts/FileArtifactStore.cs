using System.Collections.Concurrent;
using System.Security.Cryptography;
using SkillFactory.Core.Artifacts;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Storage.Artifacts;

/// <summary>
/// The artifact store in a folder, local or shared: <c>blobs/ab/abcdef…</c> by SHA-256, <c>scratch/&lt;scope&gt;/abcdef…</c> for what unfinished
/// work needs, <c>names/&lt;key&gt;.json</c> for stage manifests, <c>incoming/</c> for what is being written (same volume, so that the final rename is atomic). A file under its final name is whole
/// unless the disk damaged it, and that is noticed on the first read.
/// </summary>
public sealed class FileArtifactStore : IArtifactStore
{
    /// <summary>Age from which a file in <c>incoming/</c> belongs to a process that is gone. A day: longer than any write takes.</summary>
    public static readonly TimeSpan StrayAge = TimeSpan.FromDays(1);

    /// <summary>Default of <see cref="KeptFree"/>: 16 MiB, many times what a run's state grows by.</summary>
    public const long DefaultKeptFree = 16L << 20;

    private const int BufferBytes = 1 << 17;
    private const int MaxNameLength = 200;

    /// <summary>Files that were found whole, and how the file looked then: one that was changed since is read through again.</summary>
    private readonly ConcurrentDictionary<string, (long Length, DateTime Written)> _verified = new(StringComparer.Ordinal);
    private readonly string _blobs;
    private readonly string _scratch;
    private readonly string _names;
    private readonly string _incoming;

    /// <summary>Opens or creates the store under <paramref name="root"/> and sweeps what dead writers left.</summary>
    public FileArtifactStore(string root, TimeProvider time)
    {
        Root = Path.GetFullPath(root);
        _blobs = Path.Combine(Root, "blobs");
        _scratch = Path.Combine(Root, "scratch");
        _names = Path.Combine(Root, "names");
        _incoming = Path.Combine(Root, "incoming");
        try
        {
            Directory.CreateDirectory(_blobs);
            Directory.CreateDirectory(_names);
            Directory.CreateDirectory(_incoming);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"The artifact store {Root} cannot be created: {e.Message}", e);
        }

        SweepStrayFiles(time.GetUtcNow());
    }

    /// <summary>The store's folder.</summary>
    public string Root { get; }

    /// <summary>Bytes of the disk that artifacts never take. Experiments keep their state beside the store, and must be able to write down that the disk is
    /// full.</summary>
    public long KeptFree { get; init; } = DefaultKeptFree;

    /// <inheritdoc/>
    public Task<ArtifactRef> PutAsync(string mediaType, Func<Stream, Task> write, CancellationToken cancellationToken = default) =>
        PutAsync(scope: null, mediaType, write, cancellationToken);

    /// <inheritdoc/>
    public IArtifactStore Within(string? scope) => scope is null ? this : new ScopedArtifacts(this, scope);

    /// <inheritdoc/>
    public Task DropAsync(string scope, CancellationToken cancellationToken = default)
    {
        var folder = FolderOf(scope);
        foreach (var path in _verified.Keys.Where(path => Path.GetDirectoryName(path) == folder))
        {
            _verified.TryRemove(path, out _);
        }

        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // Dropped already, or nothing was ever put there.
        }

        return Task.CompletedTask;
    }

    internal async Task<ArtifactRef> PutAsync(
        string? scope,
        string mediaType,
        Func<Stream, Task> write,
        CancellationToken cancellationToken
    )
    {
        var temporary = NewTemporary();
        long written = 0;
        try
        {
            string hash;
            using (var hasher = IncrementalHash.CreateHash(HashAlgorithmName.SHA256))
            await using (var file = OpenTemporary(temporary))
            await using (var hashing = new HashingWriteStream(file, hasher, MakeSureOfRoom))
            {
                await write(hashing);
                cancellationToken.ThrowIfCancellationRequested();
                await hashing.FlushAsync(cancellationToken);
                file.Flush(flushToDisk: true);
                written = hashing.BytesWritten;
                hash = Convert.ToHexStringLower(hasher.GetHashAndReset());
            }

            var artifact = new ArtifactRef(hash, written, mediaType) { Scope = scope };
            var path = PathOf(artifact);
            if (!IsWhole(path, written))
            {
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                File.Move(temporary, path, overwrite: true);
                _verified.TryRemove(path, out _);
            }

            return artifact;
        }
        catch (IOException e) when (DiskFull.Is(e))
        {
            throw Full(temporary, e);
        }
        finally
        {
            TryDelete(temporary);
        }
    }

    /// <inheritdoc/>
    public async Task<Stream> OpenReadAsync(ArtifactRef artifact, CancellationToken cancellationToken = default)
    {
        var path = await GetLocalPathAsync(artifact, cancellationToken);
        return new FileStream(
            path,
            FileMode.Open,
            FileAccess.Read,
            FileShare.Read | FileShare.Delete,
            BufferBytes,
            FileOptions.Asynchronous | FileOptions.SequentialScan
        );
    }

    /// <inheritdoc/>
    public async Task<string> GetLocalPathAsync(ArtifactRef artifact, CancellationToken cancellationToken = default)
    {
        var path = PathOf(artifact);
        if (new FileInfo(path) is not { Exists: true } file)
        {
            throw Missing(artifact, path);
        }

        var look = (file.Length, file.LastWriteTimeUtc);
        if (!_verified.TryGetValue(path, out var known) || known != look)
        {
            await VerifyAsync(artifact, path, cancellationToken);
            _verified[path] = look;
        }

        return path;
    }

    /// <inheritdoc/>
    public Task<bool> ExistsAsync(ArtifactRef artifact, CancellationToken cancellationToken = default) =>
        Task.FromResult(IsWhole(PathOf(artifact), artifact.Bytes));

    /// <inheritdoc/>
    public async Task<byte[]?> FindAsync(string key, CancellationToken cancellationToken = default)
    {
        try
        {
            return await File.ReadAllBytesAsync(NamePath(key), cancellationToken);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public async Task NameAsync(string key, byte[] manifest, CancellationToken cancellationToken = default)
    {
        var path = NamePath(key);
        var temporary = NewTemporary();
        try
        {
            await using (var file = OpenTemporary(temporary))
            {
                await file.WriteAsync(manifest, cancellationToken);
                file.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch (IOException e) when (DiskFull.Is(e))
        {
            throw Full(temporary, e);
        }
        finally
        {
            TryDelete(temporary);
        }
    }

    /// <inheritdoc/>
    public Task DeleteAsync(ArtifactRef artifact, CancellationToken cancellationToken = default)
    {
        var path = PathOf(artifact);
        _verified.TryRemove(path, out _);
        try
        {
            File.Delete(path);
        }
        catch (DirectoryNotFoundException)
        {
            // Nothing with this prefix was ever stored.
        }

        return Task.CompletedTask;
    }

    private static bool IsWhole(string path, long bytes) => new FileInfo(path) is { Exists: true } info && info.Length == bytes;

    private static async Task VerifyAsync(ArtifactRef artifact, string path, CancellationToken cancellationToken)
    {
        string found;
        long length;
        try
        {
            await using var file = new FileStream(
                path,
                FileMode.Open,
                FileAccess.Read,
                FileShare.Read | FileShare.Delete,
                BufferBytes,
                FileOptions.Asynchronous | FileOptions.SequentialScan
            );
            length = file.Length;
            found = Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw Missing(artifact, path);
        }

        if (found != artifact.Hash)
        {
            throw new UserErrorException(
                $"The artifact {path} is damaged: expected SHA-256 {artifact.Hash} ({artifact.Bytes:N0} bytes), found {found} ({length:N0} bytes). "
                    + "Delete the file and run the experiment again with --resume: the stage that made it runs again."
            );
        }
    }

    private static UserErrorException Missing(ArtifactRef artifact, string path) =>
        new(
            $"The artifact {path} is missing ({artifact.MediaType}, {artifact.Bytes:N0} bytes). "
                + "Restore it, or run the experiment again with --resume: the stage that made it runs again."
        );

    private static FileStream OpenTemporary(string path) =>
        new(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, BufferBytes, FileOptions.Asynchronous);

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Left for the next start's sweep; the error that brought us here matters more.
        }
    }

    private UserErrorException Full(string temporary, IOException e) =>
        DiskFull.Error(Root, new FileInfo(temporary) is { Exists: true } file ? file.Length : 0, free: null, KeptFree, e);

    private void MakeSureOfRoom(long written)
    {
        if (FreeSpace.Of(Root) is { } free && free - HashingWriteStream.CheckedBytes < KeptFree)
        {
            throw DiskFull.Error(Root, written, free, KeptFree);
        }
    }

    private string NewTemporary() => Path.Combine(_incoming, $"{Guid.NewGuid():N}.tmp");

    private string PathOf(ArtifactRef artifact)
    {
        var hash = artifact.Hash;
        return hash.Length != 64 || !hash.All(char.IsAsciiHexDigitLower)
                ? throw new ArgumentException($"'{hash}' is not a lower-case hex SHA-256.", nameof(artifact))
            : artifact.Scope is { } scope ? Path.Combine(FolderOf(scope), hash)
            : Path.Combine(_blobs, hash[..2], hash);
    }

    private string FolderOf(string scope) =>
        scope.Split('/') is var parts && parts.All(IsName)
            ? Path.Combine([_scratch, .. parts])
            : throw new ArgumentException(
                $"'{scope}' cannot be a scope: names of letters, digits, '-', '_' and '.', at most {MaxNameLength} long, separated by slashes.",
                nameof(scope)
            );

    private string NamePath(string key) =>
        IsName(key)
            ? Path.Combine(_names, key + ".json")
            : throw new ArgumentException(
                $"'{key}' cannot name a manifest: letters, digits, '-', '_' and '.' only, at most {MaxNameLength}.",
                nameof(key)
            );

    private static bool IsName(string text) =>
        text.Length is > 0 and <= MaxNameLength && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.') && text[0] != '.';

    private void SweepStrayFiles(DateTimeOffset now)
    {
        foreach (var file in new DirectoryInfo(_incoming).EnumerateFiles("*.tmp"))
        {
            if (now - file.LastWriteTimeUtc > StrayAge)
            {
                TryDelete(file.FullName);
            }
        }
    }
}
