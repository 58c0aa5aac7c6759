using SkillFactory.Core.Randomness;

namespace SkillFactory.ProcessTests;

/// <summary>The program as people run it and as it is ended: killed, interrupted, started twice. What counts is what lies in the run folder
/// in the end.</summary>
public sealed class InterruptedProcessTests(InterruptedProcessTests.Undisturbed undisturbed)
    : IClassFixture<InterruptedProcessTests.Undisturbed>
{
    /// <summary>Stages that keep state in different places (batches; the learner; both), and how many artifacts each stores at least.</summary>
    private static readonly (string Stage, int Artifacts)[] Stages = [("sample", 20), ("sft", 8), ("grpo", 14)];

    [Theory]
    [InlineData(1)]
    public async Task A_run_that_is_killed_in_every_stage_ends_with_the_same_dataset_and_weights(int seed)
    {
        using var run = new SmallRun();
        var random = KeyedRandom.Of(seed, "kill").Stream();
        var mode = Array.Empty<string>();
        foreach (var (stage, artifacts) in Stages)
        {
            using var process = run.Start(mode);
            var moment = random.Next(artifacts);
            Assert.True(await run.ReachesAsync(process, stage, moment), $"{stage} was over before it had stored {moment} artifacts");
            process.Kill();
            Assert.NotEqual(0, (await process.EndAsync()).Exit);
            mode = ["--resume"];
        }

        using var last = run.Start(mode);
        var (exit, _, error) = await last.EndAsync();
        Assert.Equal((0, ""), (exit, error));
        Assert.Equal(undisturbed.Files, run.Fingerprint());
    }

    [Fact]
    public async Task An_interrupted_run_stops_cleanly_and_the_command_it_prints_goes_on()
    {
        using var run = new SmallRun();
        using var first = run.Start();
        Assert.True(await run.ReachesAsync(first, "grpo", 1));
        first.Interrupt();
        var (exit, output, error) = await first.EndAsync();
        Assert.Equal((130, ""), (exit, error));
        const string GoOn = "Stopped. To go on: skillfactory ";
        var line = Assert.Single(output.Split('\n'), l => l.StartsWith(GoOn, StringComparison.Ordinal));

        using var second = CliProcess.Start(line[GoOn.Length..].Split(' '));
        Assert.Equal((0, ""), (await second.EndAsync()) is var (code, _, errors) ? (code, errors) : default);
        Assert.Equal(undisturbed.Files, run.Fingerprint());
    }

    [Fact]
    public void A_second_process_on_the_workspace_is_refused_in_one_line_and_the_first_goes_on()
    {
        var (exit, output, error) = undisturbed.Second;
        Assert.Equal((2, ""), (exit, output));
        Assert.StartsWith(
            $"error: The workspace {undisturbed.Workspace} is in use by process {undisturbed.ProcessId} ",
            error,
            StringComparison.Ordinal
        );
        Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    /// <summary>A run that nothing ends, while a second process asks for its workspace.</summary>
    public sealed class Undisturbed : IAsyncLifetime
    {
        public string Workspace { get; private set; } = "";

        public int ProcessId { get; private set; }

        /// <summary>How the second process ended.</summary>
        public (int Exit, string Out, string Error) Second { get; private set; }

        /// <summary>The run folder's content in the end.</summary>
        public IReadOnlyDictionary<string, string> Files { get; private set; } = new Dictionary<string, string>();

        public async Task InitializeAsync()
        {
            using var run = new SmallRun();
            using var process = run.Start();
            (Workspace, ProcessId) = (run.Workspace, process.Id);
            Assert.True(await process.SeesAsync("/sample: running"));
            using var second = run.Start();
            Second = await second.EndAsync();
            var (exit, _, error) = await process.EndAsync();
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
