using SkillFactory.Contracts.Batches;
using SkillFactory.Contracts.Training;
using SkillFactory.Core.Artifacts;
using SkillFactory.Dispatch.Calls;
using SkillFactory.Hosting.Embedded;

namespace SkillFactory.Hosting.Tests.Embedded;

public sealed class EmbeddedSystemTests
{
    private static readonly ArtifactRef Spec = new(new string('a', 64), 12, "application/json");

    [Fact]
    public async Task A_grain_without_a_silo_of_its_role_is_a_transient_failure()
    {
        using var workspace = new TemporaryFolder();
        await using var system = await EmbeddedSystem.StartAsync(new EmbeddedOptions { Workspace = workspace.Path, Roles = ["control"] });
        Assert.True(TransientFailure.Is(Assert.ThrowsAny<Exception>(() => system.Client.GetGrain<ILearnerGrain>("e"))));
    }

    [Fact]
    public async Task State_survives_a_restart()
    {
        using var workspace = new TemporaryFolder();
        var outcome = new BatchOutcome(new ArtifactRef(new string('b', 64), 99, "x"), 4, 100, 20, 1.5);
        await using (var first = await EmbeddedSystem.StartAsync(new EmbeddedOptions { Workspace = workspace.Path }))
        {
            var batch = first.Client.GetGrain<IPromptBatchGrain>("e/s/1");
            await batch.DefineAsync(Spec);
            var assignment = await batch.BeginAsync("embedded/cpu/0");
            await batch.CompleteAsync(assignment!.Execution, outcome);
        }

        await using var second = await EmbeddedSystem.StartAsync(new EmbeddedOptions { Workspace = workspace.Path });
        var status = await second.Client.GetGrain<IPromptBatchGrain>("e/s/1").WaitAsync(TimeSpan.Zero);
        Assert.Equal(new BatchStatus(BatchPhase.Done, 1, outcome, null), status);
    }
}
