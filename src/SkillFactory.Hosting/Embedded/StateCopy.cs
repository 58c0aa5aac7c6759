using SkillFactory.Contracts.Placement;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Hosting.Embedded;

/// <summary>A copy of a workspace's state in a temporary folder that only this user can open, with a system that answers questions from
/// it. Opening the state itself would write to it. The copy is deleted with this object.</summary>
internal sealed class StateCopy : IAsyncDisposable
{
    private readonly string _workspace;
    private readonly string _folder;
    private EmbeddedSystem? _system;

    private StateCopy(string workspace, string folder) => (_workspace, _folder) = (workspace, folder);

    /// <summary>Copies the state, or returns null if a process uses the workspace. No process can start to use it during the copy.
    /// </summary>
    /// <param name="workspace">Full path of the workspace.</param>
    /// <exception cref="UserErrorException">The state cannot be read.</exception>
    public static StateCopy? TryTake(string workspace)
    {
        try
        {
            using var shared = Share(WorkspaceLock.PathIn(workspace), out var isUsed);
            if (isUsed)
            {
                return null;
            }

            var folder = Directory.CreateTempSubdirectory("skillfactory-").FullName;
            try
            {
                Copy(WorkspaceFolders.State(workspace), WorkspaceFolders.State(folder));
                return new StateCopy(workspace, folder);
            }
            catch
            {
                Directory.Delete(folder, recursive: true);
                throw;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"The workspace {workspace} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Starts the system on the copy. It reads the artifacts of the workspace.</summary>
    public async Task<EmbeddedSystem> StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            return _system = await EmbeddedSystem.StartAsync(
                new EmbeddedOptions
                {
                    Workspace = _folder,
                    Roles = [SiloRoles.Control],
                    ReadFrom = _workspace,
                },
                cancellationToken
            );
        }
        catch (Exception e)
        {
            await DisposeAsync();
            if (e is UserErrorException)
            {
                throw new UserErrorException(e.Message.Replace(_folder, _workspace, StringComparison.Ordinal), e);
            }

            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_system is not null)
        {
            await _system.DisposeAsync();
        }

        try
        {
            Directory.Delete(_folder, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A file may still be open, for example after a failed start. The system deletes temporary files in time.
        }
    }

    /// <summary>A shared lock of the workspace, which excludes a process that runs it; null if no process ever did.</summary>
    private static FileStream? Share(string path, out bool isUsed)
    {
        isUsed = false;
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (IOException)
        {
            isUsed = true;
            return null;
        }
    }

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        if (!Directory.Exists(from))
        {
            return;
        }

        foreach (var path in Directory.EnumerateFiles(from))
        {
            // Not File.Copy, because it also copies the permissions, and the copy must be writable.
            using var source = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            using var target = new FileStream(Path.Combine(to, Path.GetFileName(path)), FileMode.CreateNew);
            source.CopyTo(target);
        }

        foreach (var folder in Directory.EnumerateDirectories(from))
        {
            Copy(folder, Path.Combine(to, Path.GetFileName(folder)));
        }
    }
}
