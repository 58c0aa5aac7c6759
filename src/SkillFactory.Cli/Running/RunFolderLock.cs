using System.Text.Json;
using SkillFactory.Hosting.Embedded;
using SkillFactory.Primitives.Errors;
using SkillFactory.Primitives.Files;

namespace SkillFactory.Cli.Running;

/// <summary>Exclusive access to a folder that the user chose with <c>--output</c>, for one process and one experiment. Such a folder is
/// empty at first, or it already is a run folder of the experiment: nothing else in it is ever replaced. Run folders inside a workspace are
/// protected by the workspace's lock. The operating system releases the lock when the process ends, even after a crash.</summary>
internal sealed class RunFolderLock : IDisposable
{
    /// <summary>Holds the id of the experiment, so that a run that ended before its first report finds its folder again.</summary>
    private const string LockFile = ".lock";

    private const string Choose = "choose another folder with --output";

    private readonly FileStream _file;

    private RunFolderLock(FileStream file) => _file = file;

    /// <summary>Checks what is known before the experiment's id: that the folder is empty or a run folder, can be written, and is no part
    /// of the workspace's own files. Leaves nothing behind.</summary>
    /// <exception cref="UserErrorException">It is not.</exception>
    public static void RequireUsable(string folder, string workspace)
    {
        var full = FullPath(folder);
        string[] own = [FullPath(workspace), FullPath(Path.Combine(workspace, "store")), FullPath(WorkspaceFolders.Logs(workspace))];
        if (full == own[0] || own[1..].Any(f => full == f || full.StartsWith(f + Path.DirectorySeparatorChar, StringComparison.Ordinal)))
        {
            throw new UserErrorException($"The run folder {full} cannot be there: the workspace keeps its own files in it; {Choose}");
        }

        ExperimentIn(full);
        try
        {
            WritableFolder.Probe(full);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unusable(full, e);
        }
    }

    /// <exception cref="UserErrorException">The folder is in use, cannot be created, or holds anything but the experiment's run folder.
    /// </exception>
    public static RunFolderLock Acquire(string folder, string experimentId)
    {
        if (ExperimentIn(folder) is { } other && other != experimentId)
        {
            throw new UserErrorException($"The run folder {folder} holds experiment {other}, not {experimentId}; {Choose}");
        }

        var path = Path.Combine(folder, LockFile);
        try
        {
            Directory.CreateDirectory(folder);
            var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            file.Write(System.Text.Encoding.UTF8.GetBytes(experimentId));
            file.SetLength(file.Position);
            file.Flush(flushToDisk: true);
            return new RunFolderLock(file);
        }
        catch (IOException) when (File.Exists(path))
        {
            throw InUse(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unusable(folder, e);
        }
    }

    public void Dispose() => _file.Dispose();

    /// <summary>The id of the experiment whose run folder it is; null if the folder is empty or does not exist.</summary>
    /// <exception cref="UserErrorException">The folder holds other files.</exception>
    private static string? ExperimentIn(string folder)
    {
        if (!Directory.Exists(folder))
        {
            return null;
        }

        var files = Directory.EnumerateFileSystemEntries(folder).Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal).ToList();
        if (files.Contains("report.json"))
        {
            return OfReport(folder);
        }

        if (files.Contains(LockFile) && OfLock(folder) is { Length: > 0 } id)
        {
            return id;
        }

        files.Remove(LockFile);
        return files.Count == 0
            ? null
            : throw new UserErrorException(
                $"The folder {folder} holds files that no run has written ({string.Join(", ", files.Take(4))}); "
                    + $"a run folder must be new or empty: {Choose}"
            );
    }

    private static string OfReport(string folder)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "report.json")));
            return document.RootElement.GetProperty("run").GetProperty("id").GetString()
                ?? throw new InvalidOperationException("the id is null");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new UserErrorException(
                $"The run folder {folder} holds a report.json that is not the report of a run ({e.Message}); {Choose}",
                e
            );
        }
    }

    private static string OfLock(string folder)
    {
        try
        {
            using var file = new FileStream(Path.Combine(folder, LockFile), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            return new StreamReader(file).ReadToEnd();
        }
        catch (IOException)
        {
            throw InUse(folder);
        }
    }

    private static string FullPath(string path) => Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));

    private static UserErrorException Unusable(string folder, Exception e) =>
        new($"The run folder {folder} cannot be used: {e.Message}; {Choose}", e);

    private static UserErrorException InUse(string folder) =>
        new($"The run folder {folder} is in use by another process; wait for it, or {Choose}");
}
