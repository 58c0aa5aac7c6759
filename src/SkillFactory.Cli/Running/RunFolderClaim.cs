using System.Text.Json;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Cli.Running;

/// <summary>One process, and one experiment, per run folder that a person named with <c>--output</c>. (Folders inside a workspace are covered by its own
/// lock.) The operating system takes the claim back when the process ends, however it ends.</summary>
internal sealed class RunFolderClaim : IDisposable
{
    private readonly FileStream _file;

    private RunFolderClaim(FileStream file) => _file = file;

    /// <exception cref="UserErrorException">Another process writes there, another experiment lies there, or the folder cannot be used.</exception>
    public static RunFolderClaim Take(string folder, string experimentId)
    {
        var path = Path.Combine(folder, ".lock");
        try
        {
            Directory.CreateDirectory(folder);
            var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            try
            {
                return HolderOf(folder) is { } other && other != experimentId
                    ? throw new UserErrorException(
                        $"The run folder {folder} holds experiment {other}, and this is {experimentId}; name another folder with --output"
                    )
                    : new RunFolderClaim(file);
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
                $"The run folder {folder} is being written by another process; wait for it, or name another folder with --output"
            );
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"The run folder {folder} cannot be used: {e.Message}", e);
        }
    }

    public void Dispose() => _file.Dispose();

    /// <summary>The experiment whose report lies in the folder; null when none does.</summary>
    private static string? HolderOf(string folder)
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
                $"The run folder {folder} holds a report.json that is not a run's ({e.Message}); name another folder with --output",
                e
            );
        }
    }
}
