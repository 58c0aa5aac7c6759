using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;
using Orleans.Storage;
using SkillFactory.Contracts.Batches;
using SkillFactory.Contracts.State;
using SkillFactory.Dispatch.Calls;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Grains.Tests.State;

[Collection(GrainClusterCollection.Name)]
public sealed class StateStorageTests(GrainCluster cluster)
{
    [Fact]
    public async Task A_call_to_a_grain_with_unreadable_state_fails_with_the_type_of_the_error()
    {
        var batch = cluster.Grains.GetGrain<IPromptBatchGrain>($"e/{Guid.NewGuid():N}/1");
        var storage = cluster.Cluster.Silos[0].ServiceProvider.GetRequiredService<IGrainStorage>();
        await storage.WriteStateAsync("batch", batch.GetGrainId(), new GrainState<NewerState>(new NewerState()));

        var error = await Assert.ThrowsAnyAsync<Exception>(() => batch.WaitAsync(TimeSpan.Zero));
        var cause = Assert.Single(ExceptionChain.Of(error).OfType<StateFormatException>());
        Assert.Contains("format version 7", cause.Message, StringComparison.Ordinal);
        Assert.False(TransientFailure.Is(error));
    }

    [StateVersion(7)]
    private sealed class NewerState;
}
