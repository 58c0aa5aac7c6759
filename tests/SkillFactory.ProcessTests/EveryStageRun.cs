using System.Security.Cryptography;

namespace SkillFactory.ProcessTests;

/// <summary>Runs the recipe with every stage in a temporary workspace.</summary>
internal sealed class EveryStageRun : IDisposable
{
    private static readonly TimeSpan PollPeriod = TimeSpan.FromMilliseconds(5);

    private readonly TemporaryFolder _workspace = new();

    public string Workspace => _workspace.Path;

    public string Folder => Path.Combine(Workspace, "run");

    public CliProcess Start(params IEnumerable<string> options) => Start([], options);

    /// <param name="environment">Additional environment variables.</param>
    /// <param name="options">Additional options.</param>
    public CliProcess Start(IEnumerable<(string Name, string Value)> environment, IEnumerable<string> options) =>
        CliProcess.StartIn(
            AppContext.BaseDirectory,
            environment,
            ["run", Path.Combine("Recipes", "every-stage.yaml"), "--workspace", Workspace, "--output", Folder, .. options]
        );

    /// <summary>Waits until the stage has stored this many artifacts: a point in the work that does not depend on the speed of the machine.
    /// Returns false if the process ends before.</summary>
    public async Task<bool> WaitForArtifactsAsync(CliProcess run, string stage, int artifacts)
    {
        if (!await run.WaitForOutputAsync($"/{stage}: running"))
        {
            return false;
        }

        var before = StoredArtifacts();
        while (StoredArtifacts().Except(before).Count() < artifacts)
        {
            if (run.HasExited)
            {
                return false;
            }

            await Task.Delay(PollPeriod);
        }

        return !run.HasExited;
    }

    /// <summary>SHA-256 of the files in the run folder that depend only on the seed: datasets, weights and rollouts.</summary>
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

    private HashSet<string> StoredArtifacts()
    {
        var blobs = new DirectoryInfo(Path.Combine(Workspace, "store", "artifacts", "blobs"));
        return blobs.Exists ? [.. blobs.EnumerateFiles("*", SearchOption.AllDirectories).Select(f => f.Name)] : [];
    }
}
