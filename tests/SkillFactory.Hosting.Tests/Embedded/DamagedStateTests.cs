using SkillFactory.Contracts.Batches;
using SkillFactory.Core.Artifacts;
using SkillFactory.Hosting.Embedded;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Hosting.Tests.Embedded;

public sealed class DamagedStateTests : IDisposable
{
    private readonly TemporaryFolder _workspace = new();

    private string State => Path.Combine(_workspace.Path, "store", "state");

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public async Task Damaged_state_is_refused_and_the_workspace_works_again_after_it_is_moved()
    {
        await using (var system = await StartAsync())
        {
            for (var i = 0; i < 20; i++)
            {
                await system
                    .Client.GetGrain<IPromptBatchGrain>($"e/s/{i}")
                    .DefineAsync(new ArtifactRef(new string('a', 64), 12, "application/json"));
            }
        }

        var log = Path.Combine(State, "AOF", "aof.log.0");
        var content = await File.ReadAllBytesAsync(log);
        new Random(1).NextBytes(content);
        await File.WriteAllBytesAsync(log, content);
        var error = await Assert.ThrowsAsync<UserErrorException>(() => StartAsync());
        Assert.StartsWith($"The experiments' state in {State} is damaged", error.Message, StringComparison.Ordinal);
        Assert.Contains($"Move {State} away", error.Message, StringComparison.Ordinal);

        Directory.Move(State, State + ".damaged");
        await using var again = await StartAsync();
        Assert.Equal(BatchPhase.Undefined, (await again.Client.GetGrain<IPromptBatchGrain>("e/s/1").WaitAsync(TimeSpan.Zero)).Phase);
    }

    [Fact]
    public async Task State_that_crashes_two_starts_is_refused()
    {
        // Two starts that crashed during recovery.
        Directory.CreateDirectory(State);
        _ = new RecoveryMarker(State);
        _ = new RecoveryMarker(State);
        var error = await Assert.ThrowsAsync<UserErrorException>(() => StartAsync());
        Assert.Contains("the last 2 starts crashed while they recovered it", error.Message, StringComparison.Ordinal);

        File.Delete(Path.Combine(State, "recovering"));
        await using (await StartAsync()) { }

        Assert.False(File.Exists(Path.Combine(State, "recovering")));
    }

    [Fact]
    public async Task A_state_folder_that_is_a_file_is_reported()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(State)!);
        await File.WriteAllTextAsync(State, "");
        Assert.Contains(
            $"The state folder {State} cannot be used",
            (await Assert.ThrowsAsync<UserErrorException>(() => StartAsync())).Message,
            StringComparison.Ordinal
        );
    }

    private Task<EmbeddedSystem> StartAsync() =>
        EmbeddedSystem.StartAsync(new EmbeddedOptions { Workspace = _workspace.Path, Roles = ["control"] });
}
