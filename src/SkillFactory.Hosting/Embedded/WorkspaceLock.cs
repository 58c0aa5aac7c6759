using SkillFactory.Primitives.Errors;

namespace SkillFactory.Hosting.Embedded;

/// <summary>One process per workspace: an exclusive lock that the operating system takes back when the process ends, however it ends.</summary>
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

    /// <summary>Takes the workspace.</summary>
    /// <exception cref="UserErrorException">Another process has it, or the folder cannot be used.</exception>
    public static WorkspaceLock Take(string workspace) =>
        TryTake(workspace) ?? throw new UserErrorException(InUse(Path.GetFullPath(workspace)));

    /// <summary>Takes the workspace, or returns null when another process has it.</summary>
    public static WorkspaceLock? TryTake(string workspace)
    {
        var folder = Path.GetFullPath(workspace);
        var path = Path.Combine(folder, "lock");
        try
        {
            Directory.CreateDirectory(folder);
            return new WorkspaceLock(folder, new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (UnauthorizedAccessException e)
        {
            throw new UserErrorException($"The workspace {folder} cannot be written to: {e.Message}", e);
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
        return $"The workspace {workspace} is in use by {holder}. Watch it with 'skillfactory experiments list', stop it with Ctrl-C "
            + "where it runs, or give this run a workspace of its own.";
    }
}
