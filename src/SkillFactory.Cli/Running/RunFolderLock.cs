using System.Text.Json;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Cli.Running;

/// <summary>Exclusive access to a run folder that the user chose with <c>--output</c>, for one process and one experiment. Run folders
/// inside a workspace are protected by the workspace's lock. The operating system releases the lock when the process ends, even after a
/// crash.</summary>
internal sealed class RunFolderLock : IDisposable
{
    private readonly FileStream _file;

    private RunFolderLock(FileStream file) => _file = file;

    /// <exception cref="UserErrorException">The folder is in use, holds another experiment, or cannot be created.</exception>
    public static RunFolderLock Acquire(string folder, string experimentId)
    {
        var path = Path.Combine(folder, ".lock");
        try
        {
            Directory.CreateDirectory(folder);
            var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            try
            {
                return ExperimentIn(folder) is { } other && other != experimentId
                    ? throw new UserErrorException(
                        $"The run folder {folder} holds experiment {other}, not {experimentId}; choose another folder with --output"
                    )
                    : new RunFolderLock(file);
            }
            catch
            {
                file.Dispose();
                throw;
            }
        }
        catch (IOException) when (File.Exists(path))
        {
            throw new UserErrorException(
                $"The run folder {folder} is in use by another process; wait for it, or choose another folder with --output"
            );
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"The run folder {folder} cannot be used: {e.Message}", e);
        }
    }

    public void Dispose() => _file.Dispose();

    /// <summary>The id of the experiment whose report is in the folder; null if there is no report.</summary>
    private static string? ExperimentIn(string folder)
    {
        var report = Path.Combine(folder, "report.json");
        if (!File.Exists(report))
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(report));
            return document.RootElement.GetProperty("run").GetProperty("id").GetString();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new UserErrorException(
                $"The run folder {folder} holds a report.json that is not the report of a run ({e.Message}); "
                    + "choose another folder with --output",
                e
            );
        }
    }
}
