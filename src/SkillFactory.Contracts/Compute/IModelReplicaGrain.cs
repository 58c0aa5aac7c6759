namespace SkillFactory.Contracts.Compute;

/// <summary>The replica of one hardware slot, keyed "silo/device/slot" and pinned to its silo. Once started it pulls leases by itself: it
/// loads the weights that a batch needs, generates, grades, and reports by reference. It has no durable state.</summary>
[Alias("skillfactory.replica")]
public interface IModelReplicaGrain : IGrainWithStringKey
{
    /// <summary>Starts the pull loop and returns at once. Idempotent; the silo's hosted service repeats it in case the activation was
    /// lost.</summary>
    [Alias("EnsureRunning")]
    Task EnsureRunningAsync();

    /// <summary>Takes no new lease and returns when the batch in flight has ended, which may exceed the response timeout.</summary>
    [Alias("Drain")]
    Task DrainAsync();
}
