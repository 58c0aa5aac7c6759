namespace SkillFactory.Contracts.Compute;

/// <summary>One hardware slot's replica, keyed "silo/device/slot" and pinned to its silo. It pulls leases by itself once started:
/// loads the weights a batch asks for, generates, grades, reports by reference.</summary>
[Alias("skillfactory.replica")]
public interface IModelReplicaGrain : IGrainWithStringKey
{
    /// <summary>Starts the pull loop; idempotent. Called by its silo's hosted service, again after every activation loss.</summary>
    [Alias("EnsureRunning")]
    Task EnsureRunningAsync();

    /// <summary>Takes no new lease; returns when the batch in flight is finished.</summary>
    [Alias("Drain")]
    Task DrainAsync();
}
