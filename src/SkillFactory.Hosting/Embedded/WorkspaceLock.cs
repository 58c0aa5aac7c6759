using SkillFactory.Primitives.Errors;

namespace SkillFactory.Hosting.Embedded;

/// <summary>Exclusive access to a workspace for one process. The operating system releases the lock when the process ends or crashes.
/// </summary>
internal sealed class WorkspaceLock : IDisposable
{
    private readonly FileStream _file;

    private WorkspaceLock(string workspace, FileStream file)
    {
        Workspace = workspace;
        _file = file;
    }

    /// <summary>Full path of the workspace.</summary>
    public string Workspace { get; }

    /// <summary>The file that is locked.</summary>
    public static string PathIn(string workspace) => Path.Combine(workspace, "lock");

    /// <summary>Locks the workspace.</summary>
    /// <exception cref="UserErrorException">Another process uses the workspace, or the folder cannot be used.</exception>
    public static WorkspaceLock Acquire(string workspace) =>
        TryAcquire(workspace) ?? throw new UserErrorException(InUse(Path.GetFullPath(workspace)));

    /// <summary>Locks the workspace, or returns null if another process uses it.</summary>
    private static WorkspaceLock? TryAcquire(string workspace)
    {
        var folder = Path.GetFullPath(workspace);
        var path = PathIn(folder);
        try
        {
            Directory.CreateDirectory(folder);
            return new WorkspaceLock(folder, new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (UnauthorizedAccessException e)
        {
            throw new UserErrorException($"The workspace {folder} cannot be written: {e.Message}", e);
        }
        catch (DirectoryNotFoundException e)
        {
            throw new UserErrorException($"The workspace {folder} cannot be created: {e.Message}", e);
        }
        catch (IOException) when (File.Exists(path))
        {
            return null;
        }
        catch (IOException e)
        {
            throw new UserErrorException($"The workspace {folder} cannot be created: {e.Message}", e);
        }
    }

    public void Dispose() => _file.Dispose();

    private static string InUse(string workspace)
    {
        var holder = WorkspaceProcess.Read(workspace) is { } process
            ? $"process {process.ProcessId} (since {process.StartedAt:yyyy-MM-dd HH:mm:ss}Z)"
            : "another process";
        return $"The workspace {workspace} is in use by {holder}. Show its progress with 'skillfactory experiments show', "
            + "stop it with Ctrl-C in its terminal, or choose another workspace for this run.";
    }
}
