using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using SkillFactory.Primitives.Errors;
using SkillFactory.Primitives.Files;

namespace SkillFactory.Hub;

/// <summary>
/// Downloads files of one commit into a folder. A file appears under its name only when its content has the hash that the hub lists. What
/// was received of an unfinished file stays in <see cref="PartsFolder"/>, so that the next download goes on from there.
/// </summary>
public sealed class HubDownload
{
    /// <summary>Subfolder for unfinished files; it is removed at the end.</summary>
    public const string PartsFolder = ".pull";

    /// <summary>Names the repository, the commit and the hashes of the folder's files.</summary>
    public const string SourceFile = "source.json";

    private const int Parallel = 4;
    private const int ChunkBytes = 1 << 18;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    private readonly HubClient _client;
    private readonly HubRepository _repository;
    private readonly string _commit;
    private readonly string _folder;
    private readonly Retrying _retrying;
    private readonly IProgress<PullProgress>? _progress;
    private readonly Lock _counting = new();
    private PullProgress _state = new(0, 0, 0, 0, 0);

    /// <param name="client">The hub.</param>
    /// <param name="repository">Where the files are.</param>
    /// <param name="commit">The commit that the revision named.</param>
    /// <param name="folder">Target folder; created when it is missing.</param>
    /// <param name="progress">Receives the state after each chunk, from any thread, one call at a time.</param>
    public HubDownload(HubClient client, HubRepository repository, string commit, string folder, IProgress<PullProgress>? progress)
        : this(client, repository, commit, folder, progress, Retrying.Usual) { }

    internal HubDownload(
        HubClient client,
        HubRepository repository,
        string commit,
        string folder,
        IProgress<PullProgress>? progress,
        Retrying retrying
    )
    {
        (_client, _repository, _commit, _folder, _progress, _retrying) = (client, repository, commit, folder, progress, retrying);
    }

    /// <summary>Downloads what the folder does not hold yet. Files of the folder with the right content are kept.</summary>
    /// <returns>The final counts.</returns>
    /// <exception cref="UserErrorException">The folder holds another file under one of the names, the disk is too small, or the hub
    /// refuses a file. Finished files stay.</exception>
    public async Task<PullProgress> RunAsync(IReadOnlyList<HubFile> files, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(_folder);
        var missing = new List<HubFile>();
        foreach (var file in files)
        {
            if (!await IsPresentAsync(file, cancellationToken))
            {
                missing.Add(file);
            }
        }

        _state = new PullProgress(files.Count, files.Count - missing.Count, missing.Sum(f => f.Size), 0, 0);
        RequireSpace(missing);
        Directory.CreateDirectory(Path.Combine(_folder, PartsFolder));
        await System.Threading.Tasks.Parallel.ForEachAsync(
            missing,
            new ParallelOptions { MaxDegreeOfParallelism = Parallel, CancellationToken = cancellationToken },
            async (file, cancellation) => await DownloadAsync(file, cancellation)
        );
        await WriteSourceAsync(files, cancellationToken);
        Directory.Delete(Path.Combine(_folder, PartsFolder), recursive: true);
        return _state;
    }

    private string Target(HubFile file) => Path.Combine([_folder, .. file.Path.Split('/')]);

    private string Part(HubFile file) => Path.Combine(_folder, PartsFolder, file.Hash);

    private async Task<bool> IsPresentAsync(HubFile file, CancellationToken cancellationToken)
    {
        var path = Target(file);
        if (Directory.Exists(path))
        {
            throw new UserErrorException($"{path} is a folder; expected the file {file.Path} of {_repository}, or nothing");
        }

        if (!File.Exists(path))
        {
            return false;
        }

        if (new FileInfo(path).Length == file.Size)
        {
            using var hash = ContentHash.Of(file);
            await hash.AddFileAsync(path, cancellationToken);
            if (hash.Matches())
            {
                return true;
            }
        }

        throw new UserErrorException(
            $"{path} exists with other content than {file.Path} of {_repository} (commit {_commit}); move it away, or choose another "
                + "folder with --output"
        );
    }

    private void RequireSpace(IReadOnlyList<HubFile> missing)
    {
        var needed = missing.Sum(f => f.Size - (File.Exists(Part(f)) ? new FileInfo(Part(f)).Length : 0));
        var free = new DriveInfo(Path.GetFullPath(_folder)).AvailableFreeSpace;
        if (needed > free)
        {
            throw new UserErrorException(
                $"{_repository} needs {needed:#,0} bytes more in {Path.GetFullPath(_folder)}; the disk has {free:#,0} bytes left"
            );
        }
    }

    private async Task DownloadAsync(HubFile file, CancellationToken cancellationToken)
    {
        long furthest = 0,
            before = 0;
        try
        {
            await _retrying.RunAsync(
                async () =>
                {
                    before = furthest;
                    await ReceiveAsync(file, received => furthest = Math.Max(furthest, received), cancellationToken);
                    return true;
                },
                () => furthest > before,
                cancellationToken
            );
        }
        catch (Exception error) when (error is HttpRequestException or TransferException)
        {
            throw new UserErrorException(
                $"{_repository}: {file.Path} could not be downloaded: {error.Message}. Run the same command again to go on from here",
                error
            );
        }

        Directory.CreateDirectory(Path.GetDirectoryName(Target(file))!);
        File.Move(Part(file), Target(file));
        Count(s => s with { FinishedFiles = s.FinishedFiles + 1 });
    }

    /// <summary>Receives what is missing of a file into its part, and checks the whole.</summary>
    private async Task ReceiveAsync(HubFile file, Action<long> received, CancellationToken cancellationToken)
    {
        using var hash = ContentHash.Of(file);
        await using var part = new FileStream(Part(file), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, ChunkBytes, true);
        if (part.Length > file.Size)
        {
            part.SetLength(0);
        }

        var have = await hash.AddAsync(part, cancellationToken);
        var shown = 0L;
        Show(have);
        if (have < file.Size)
        {
            using var transfer = await _client.OpenAsync(_repository, _commit, file, have, cancellationToken);
            if (transfer.From != have)
            {
                // The server sends the file from its start.
                hash.Restart();
                part.SetLength(
                    have = transfer.From == 0 ? 0 : throw new TransferException($"the server answered from byte {transfer.From}")
                );
                Show(0);
            }

            var buffer = new byte[ChunkBytes];
            for (int count; (count = await transfer.ReadAsync(buffer, cancellationToken)) > 0; )
            {
                if (have + count > file.Size)
                {
                    part.SetLength(0);
                    Show(0);
                    throw new TransferException($"the server sent more than the {file.Size:#,0} bytes that it lists");
                }

                await part.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
                hash.Add(buffer.AsSpan(0, count));
                have += count;
                Count(s => s with { TransferredBytes = s.TransferredBytes + count });
                Show(have);
                received(have);
            }

            if (have < file.Size)
            {
                throw new TransferException($"the connection ended after {have:#,0} of {file.Size:#,0} bytes");
            }
        }

        if (!hash.Matches())
        {
            part.SetLength(0);
            Show(0);
            throw new TransferException($"the content does not have the hash that the hub lists, {file.Hash}");
        }

        await part.FlushAsync(cancellationToken);
        part.Flush(flushToDisk: true);

        void Show(long bytes)
        {
            var change = bytes - shown;
            shown = bytes;
            Count(s => s with { PresentBytes = s.PresentBytes + change });
        }
    }

    private Task WriteSourceAsync(IReadOnlyList<HubFile> files, CancellationToken cancellationToken)
    {
        var source = new
        {
            repository = _repository.PagePath,
            revision = _repository.Revision,
            commit = _commit,
            files = files.Select(f => new
            {
                path = f.Path,
                size = f.Size,
                sha256 = f.Sha256,
                gitHash = f.GitHash,
            }),
        };
        return AtomicFile.WriteTextAsync(
            Path.Combine(_folder, SourceFile),
            JsonSerializer.Serialize(source, Json) + "\n",
            cancellationToken
        );
    }

    private void Count(Func<PullProgress, PullProgress> change)
    {
        lock (_counting)
        {
            _state = change(_state);
            _progress?.Report(_state);
        }
    }
}
