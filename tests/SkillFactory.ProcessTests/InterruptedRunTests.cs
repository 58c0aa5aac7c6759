using System.Text.Json;
using SkillFactory.Core.Randomness;

namespace SkillFactory.ProcessTests;

/// <summary>Runs that are killed, interrupted or started twice end with the same run folder as a run without interruption.</summary>
public sealed class InterruptedRunTests(InterruptedRunTests.UninterruptedRun uninterrupted)
    : IClassFixture<InterruptedRunTests.UninterruptedRun>
{
    /// <summary>Stages that keep state in different places (batches, the learner, both), with the minimum number of artifacts they store.
    /// </summary>
    private static readonly (string Stage, int Artifacts)[] Stages = [("sample", 20), ("sft", 8), ("grpo", 14)];

    [Theory]
    [InlineData(1)]
    public async Task A_run_that_is_killed_in_every_stage_ends_with_the_same_dataset_and_weights(int seed)
    {
        using var run = new EveryStageRun();
        var random = KeyedRandom.Of(seed, "kill").Stream();
        var options = Array.Empty<string>();
        foreach (var (stage, artifacts) in Stages)
        {
            using var process = run.Start(options);
            var moment = random.Next(artifacts);
            Assert.True(await run.WaitForArtifactsAsync(process, stage, moment), $"{stage} ended before it had stored {moment} artifacts");
            process.Kill();
            Assert.NotEqual(0, (await process.WaitForExitAsync()).Exit);
            if (stage == Stages[0].Stage)
            {
                await AssertListedAsInterruptedAsync(run.Workspace);
            }

            options = ["--resume"];
        }

        using var last = run.Start(options);
        var (exit, _, error) = await last.WaitForExitAsync();
        Assert.Equal((0, ""), (exit, error));
        Assert.Equal(uninterrupted.Files, run.Fingerprint());
    }

    [Fact]
    public async Task An_interrupted_run_stops_cleanly_and_prints_the_command_that_continues_it()
    {
        using var run = new EveryStageRun();
        using var first = run.Start();
        Assert.True(await run.WaitForArtifactsAsync(first, "grpo", 1));
        first.Interrupt();
        var (exit, output, error) = await first.WaitForExitAsync();
        Assert.Equal((130, ""), (exit, error));
        const string Prefix = "Stopped. To continue: skillfactory ";
        var line = Assert.Single(output.Split('\n'), l => l.StartsWith(Prefix, StringComparison.Ordinal));

        using var second = CliProcess.Start(line[Prefix.Length..].Split(' '));
        Assert.Equal((0, ""), (await second.WaitForExitAsync()) is var (code, _, errors) ? (code, errors) : default);
        Assert.Equal(uninterrupted.Files, run.Fingerprint());
    }

    [Fact]
    public void A_second_process_on_the_workspace_is_refused_and_the_first_continues()
    {
        var (exit, output, error) = uninterrupted.Second;
        Assert.Equal((2, ""), (exit, output));
        Assert.StartsWith(
            $"error: The workspace {uninterrupted.Workspace} is in use by process {uninterrupted.ProcessId} ",
            error,
            StringComparison.Ordinal
        );
        Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    private static async Task AssertListedAsInterruptedAsync(string workspace)
    {
        foreach (var command in (string[])["list", "show every-stage"])
        {
            using var process = CliProcess.Start(["experiments", .. command.Split(' '), "--workspace", workspace]);
            var (exit, output, error) = await process.WaitForExitAsync();
            Assert.Equal((0, ""), (exit, error));
            Assert.Contains("interrupted", output, StringComparison.Ordinal);
            Assert.DoesNotContain("running", output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Reading_a_workspace_changes_no_file_in_it()
    {
        Assert.All(uninterrupted.Readings, r => Assert.Equal((r.Command, 0, ""), (r.Command, r.Result.Exit, r.Result.Error)));
        Assert.Equal(uninterrupted.FilesBefore, uninterrupted.FilesAfter);
        Assert.Contains(uninterrupted.ExperimentId, uninterrupted.Readings[0].Result.Out, StringComparison.Ordinal);
        Assert.Contains("<reflect>", uninterrupted.Readings[1].Result.Out, StringComparison.Ordinal);
        Assert.Contains("Report: ", uninterrupted.Readings[2].Result.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void The_recipe_of_the_run_folder_is_the_same_experiment()
    {
        var lines = uninterrupted.Readings[3].Result.Out.Split('\n');
        Assert.Equal($"# experiment {uninterrupted.ExperimentId}", lines[0]);
        Assert.Contains(lines, l => l.EndsWith(" exist already, 0 to run", StringComparison.Ordinal));
    }

    /// <summary>A run without interruption, during which a second process tries to use its workspace.</summary>
    public sealed class UninterruptedRun : IAsyncLifetime
    {
        public string Workspace { get; private set; } = "";

        public int ProcessId { get; private set; }

        /// <summary>Result of the second process.</summary>
        public (int Exit, string Out, string Error) Second { get; private set; }

        /// <summary>Fingerprint of the run folder.</summary>
        public IReadOnlyDictionary<string, string> Files { get; private set; } = new Dictionary<string, string>();

        /// <summary>Commands that only read the workspace after the run.</summary>
        public IReadOnlyList<(string Command, (int Exit, string Out, string Error) Result)> Readings { get; private set; } = [];

        /// <summary>The files of the workspace before and after <see cref="Readings"/>.</summary>
        public IReadOnlyList<(string Name, long Bytes, DateTime Written)> FilesBefore { get; private set; } = [];

        /// <inheritdoc cref="FilesBefore"/>
        public IReadOnlyList<(string Name, long Bytes, DateTime Written)> FilesAfter { get; private set; } = [];

        public string ExperimentId { get; private set; } = "";

        public async Task InitializeAsync()
        {
            using var run = new EveryStageRun();
            using var process = run.Start();
            (Workspace, ProcessId) = (run.Workspace, process.Id);
            Assert.True(await process.WaitForOutputAsync("/sample: running"));
            using var second = run.Start();
            Second = await second.WaitForExitAsync();
            var (exit, _, error) = await process.WaitForExitAsync();
            Assert.Equal((0, ""), (exit, error));
            Files = run.Fingerprint();
            Assert.Equal(
                4,
                Files.Keys.Count(f =>
                    f.StartsWith("dataset/", StringComparison.Ordinal) || f.EndsWith("model.safetensors", StringComparison.Ordinal)
                )
            );
            using var report = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(run.Folder, "report.json")));
            ExperimentId = report.RootElement.GetProperty("run").GetProperty("id").GetString()!;
            await ReadAsync(run);
        }

        public Task DisposeAsync() => Task.CompletedTask;

        private async Task ReadAsync(EveryStageRun run)
        {
            using var elsewhere = new TemporaryFolder();
            string[][] commands =
            [
                ["experiments", "list", "--json"],
                ["traces", "show", run.Folder, "--stage", "traces"],
                ["report", ExperimentId, "--output", Path.Combine(elsewhere.Path, "copy")],
                ["run", Path.Combine(run.Folder, "recipe.yaml"), "--dry-run"],
            ];
            FilesBefore = FilesOf(run.Workspace);
            foreach (var command in commands)
            {
                using var process = CliProcess.Start([.. command, "--workspace", run.Workspace]);
                Readings = [.. Readings, (string.Join(' ', command), await process.WaitForExitAsync())];
            }

            FilesAfter = FilesOf(run.Workspace);
        }

        private static List<(string, long, DateTime)> FilesOf(string folder) =>
            [
                .. new DirectoryInfo(folder)
                    .EnumerateFileSystemInfos("*", SearchOption.AllDirectories)
                    .Select(f => (f.FullName, f is FileInfo file ? file.Length : 0, f.LastWriteTimeUtc))
                    .OrderBy(f => f.FullName, StringComparer.Ordinal),
            ];
    }
}
