using System.Security.Cryptography;
using SkillFactory.TestKit;

namespace SkillFactory.ProcessTests;

/// <summary>The recipe that takes every stage, in a workspace of its own.</summary>
internal sealed class SmallRun : IDisposable
{
    /// <summary>What is made before a stage runs, and in it, is seen here.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(5);

    private readonly TemporaryFolder _workspace = new();

    public string Workspace => _workspace.Path;

    public string Folder => Path.Combine(Workspace, "run");

    public CliProcess Start(params IEnumerable<string> more) =>
        CliProcess.Start(["run", Path.Combine("Recipes", "every-stage.yaml"), "--workspace", Workspace, "--output", Folder, .. more]);

    /// <summary>Waits until the stage has stored this many artifacts: a moment in the work, whatever the speed of the machine. False: the
    /// process ended before.</summary>
    public async Task<bool> ReachesAsync(CliProcess run, string stage, int artifacts)
    {
        if (!await run.SeesAsync($"/{stage}: running"))
        {
            return false;
        }

        var before = Stored();
        while (Stored().Except(before).Count() < artifacts)
        {
            if (run.HasExited)
            {
                return false;
            }

            await Task.Delay(Look);
        }

        return !run.HasExited;
    }

    /// <summary>SHA-256 of everything in the run folder that a seed decides: the datasets, the weights, every rollout.</summary>
    public SortedDictionary<string, string> Fingerprint() =>
        new(
            Directory
                .EnumerateFiles(Folder, "*", SearchOption.AllDirectories)
                .Select(path => Path.GetRelativePath(Folder, path).Replace('\\', '/'))
                .Where(name =>
                    name.StartsWith("dataset/", StringComparison.Ordinal)
                    || name.StartsWith("checkpoints/", StringComparison.Ordinal)
                    || name == "rollouts.parquet"
                )
                .ToDictionary(
                    name => name,
                    name => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(Folder, name))))
                ),
            StringComparer.Ordinal
        );

    public void Dispose() => _workspace.Dispose();

    private HashSet<string> Stored()
    {
        var blobs = new DirectoryInfo(Path.Combine(Workspace, "store", "artifacts", "blobs"));
        return blobs.Exists ? [.. blobs.EnumerateFiles("*", SearchOption.AllDirectories).Select(f => f.Name)] : [];
    }
}
