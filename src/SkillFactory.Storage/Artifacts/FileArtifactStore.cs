using System.Collections.Concurrent;
using System.Security.Cryptography;
using SkillFactory.Core.Artifacts;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Storage.Artifacts;

/// <summary>
/// The artifact store in a local or shared folder: <c>blobs/ab/abcdef…</c> holds artifacts by their SHA-256,
/// <c>scratch/&lt;scope&gt;/abcdef…</c> those that unfinished work needs, <c>names/&lt;key&gt;.json</c> stage manifests, and
/// <c>incoming/</c> files that are being written (on the same volume, so that the final rename is atomic). A file under its final name is
/// complete unless the disk damaged it, and the first read detects that.
/// </summary>
public sealed class FileArtifactStore : IArtifactStore
{
    /// <summary>Age from which a file in <c>incoming/</c> counts as abandoned: one day, longer than any write takes.</summary>
    public static readonly TimeSpan AbandonedAfter = TimeSpan.FromDays(1);

    /// <summary>Default of <see cref="ReservedBytes"/>: 16 MiB, many times the growth of a run's state.</summary>
    private const long DefaultReservedBytes = 16L << 20;

    private const int BufferBytes = 1 << 17;
    private const int MaxNameLength = 200;

    /// <summary>Files whose hash was verified, with their length and time at that moment. A changed file is verified again.</summary>
    private readonly ConcurrentDictionary<string, (long Length, DateTime Written)> _verified = new(StringComparer.Ordinal);
    private readonly string _blobs;
    private readonly string _scratch;
    private readonly string _names;
    private readonly string _incoming;

    private readonly Lazy<bool> _created;

    /// <summary>Opens the store under <paramref name="root"/>. Nothing is written until an artifact is: the first write creates the store
    /// if there is none, and deletes abandoned files in <c>incoming/</c>.</summary>
    public FileArtifactStore(string root, TimeProvider time)
    {
        Root = Path.GetFullPath(root);
        _blobs = Path.Combine(Root, "blobs");
        _scratch = Path.Combine(Root, "scratch");
        _names = Path.Combine(Root, "names");
        _incoming = Path.Combine(Root, "incoming");
        _created = new Lazy<bool>(() => Create(time.GetUtcNow()), LazyThreadSafetyMode.PublicationOnly);
    }

    /// <summary>The store's folder.</summary>
    public string Root { get; }

    /// <summary>Free bytes of the disk that artifacts never use. Experiments keep their state on the same disk, and must be able to record
    /// that it is full.</summary>
    public long ReservedBytes { get; init; } = DefaultReservedBytes;

    /// <inheritdoc/>
    /// <exception cref="UserErrorException">The disk is full, or the store cannot be created.</exception>
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
            // The scope was dropped before or never used.
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
            await using (var hashing = new HashingWriteStream(file, hasher, RequireFreeSpace))
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
            if (!IsComplete(path, written))
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

        var state = (file.Length, file.LastWriteTimeUtc);
        if (!_verified.TryGetValue(path, out var known) || known != state)
        {
            await VerifyAsync(artifact, path, cancellationToken);
            _verified[path] = state;
        }

        return path;
    }

    /// <inheritdoc/>
    public Task<bool> ExistsAsync(ArtifactRef artifact, CancellationToken cancellationToken = default) =>
        Task.FromResult(IsComplete(PathOf(artifact), artifact.Bytes));

    /// <inheritdoc/>
    public async Task<byte[]?> FindAsync(string key, CancellationToken cancellationToken = default)
    {
        try
        {
            return await File.ReadAllBytesAsync(NamePath(key), cancellationToken);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
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
            // No artifact with this prefix was ever stored.
        }

        return Task.CompletedTask;
    }

    private static bool IsComplete(string path, long bytes) => new FileInfo(path) is { Exists: true } info && info.Length == bytes;

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
                $"The artifact {path} is damaged: expected SHA-256 {artifact.Hash} ({artifact.Bytes:N0} bytes), "
                    + $"found {found} ({length:N0} bytes). "
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
            // The next start deletes it. The error that led here matters more.
        }
    }

    private UserErrorException Full(string temporary, IOException e) =>
        DiskFull.Error(Root, new FileInfo(temporary) is { Exists: true } file ? file.Length : 0, free: null, ReservedBytes, e);

    private void RequireFreeSpace(long written)
    {
        if (FreeSpace.Of(Root) is { } free && free - HashingWriteStream.CheckInterval < ReservedBytes)
        {
            throw DiskFull.Error(Root, written, free, ReservedBytes);
        }
    }

    private string NewTemporary()
    {
        _ = _created.Value;
        return Path.Combine(_incoming, $"{Guid.NewGuid():N}.tmp");
    }

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
                $"'{scope}' cannot be a scope: expected names of letters, digits, '-', '_' and '.', "
                    + $"at most {MaxNameLength} characters long and separated by slashes.",
                nameof(scope)
            );

    private string NamePath(string key) =>
        IsName(key)
            ? Path.Combine(_names, key + ".json")
            : throw new ArgumentException(
                $"'{key}' cannot name a manifest: expected letters, digits, '-', '_' and '.', at most {MaxNameLength} characters.",
                nameof(key)
            );

    private static bool IsName(string text) =>
        text.Length is > 0 and <= MaxNameLength && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.') && text[0] != '.';

    private bool Create(DateTimeOffset now)
    {
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

        foreach (var file in new DirectoryInfo(_incoming).EnumerateFiles("*.tmp"))
        {
            if (now - file.LastWriteTimeUtc > AbandonedAfter)
            {
                TryDelete(file.FullName);
            }
        }

        return true;
    }
}
