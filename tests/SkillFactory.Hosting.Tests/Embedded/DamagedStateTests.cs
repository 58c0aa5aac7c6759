using SkillFactory.Contracts.Batches;
using SkillFactory.Core.Artifacts;
using SkillFactory.Hosting.Embedded;
using SkillFactory.Primitives.Errors;
using SkillFactory.TestKit;

namespace SkillFactory.Hosting.Tests.Embedded;

public sealed class DamagedStateTests : IDisposable
{
    private readonly TemporaryFolder _workspace = new();

    private string State => Path.Combine(_workspace.Path, "store", "state");

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public async Task Damaged_state_is_refused_with_what_to_do_and_without_it_all_begins_anew()
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
    public async Task State_that_ends_the_process_while_it_is_opened_is_refused_the_third_time()
    {
        // Two starts that got no further.
        Directory.CreateDirectory(State);
        _ = new OpeningMark(State);
        _ = new OpeningMark(State);
        var error = await Assert.ThrowsAsync<UserErrorException>(() => StartAsync());
        Assert.Contains("the last 2 starts ended while they opened it", error.Message, StringComparison.Ordinal);

        File.Delete(Path.Combine(State, "opening"));
        await using (await StartAsync()) { }

        Assert.False(File.Exists(Path.Combine(State, "opening")));
    }

    [Fact]
    public async Task A_folder_that_is_none_is_named()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(State)!);
        await File.WriteAllTextAsync(State, "");
        Assert.Contains(
            $"state {State} cannot be used",
            (await Assert.ThrowsAsync<UserErrorException>(() => StartAsync())).Message,
            StringComparison.Ordinal
        );
    }

    private Task<EmbeddedSystem> StartAsync() =>
        EmbeddedSystem.StartAsync(new EmbeddedOptions { Workspace = _workspace.Path, Roles = ["control"] });
}
