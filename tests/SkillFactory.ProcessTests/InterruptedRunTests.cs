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

    /// <summary>A run without interruption, during which a second process tries to use its workspace.</summary>
    public sealed class UninterruptedRun : IAsyncLifetime
    {
        public string Workspace { get; private set; } = "";

        public int ProcessId { get; private set; }

        /// <summary>Result of the second process.</summary>
        public (int Exit, string Out, string Error) Second { get; private set; }

        /// <summary>Fingerprint of the run folder.</summary>
        public IReadOnlyDictionary<string, string> Files { get; private set; } = new Dictionary<string, string>();

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
        }

        public Task DisposeAsync() => Task.CompletedTask;
    }
}
