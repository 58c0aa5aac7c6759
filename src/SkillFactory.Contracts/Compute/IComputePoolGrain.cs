using Orleans.Concurrency;

namespace SkillFactory.Contracts.Compute;

/// <summary>
/// The slots of one device class (its key: "cpu", "cuda") and the batches that wait for them. Slots pull; experiments share them fairly
/// by the device-seconds they have used. Nothing here is durable: owners enqueue their batches again after a loss, and a batch that is
/// done already ends at once. All methods interleave, and only <see cref="LeaseAsync"/> waits.
/// </summary>
[Alias("skillfactory.compute-pool")]
public interface IComputePoolGrain : IGrainWithStringKey
{
    /// <summary>Registers a slot or extends its registration. Idempotent.</summary>
    /// <exception cref="ArgumentException">The slot is of another device class.</exception>
    [Alias("Register")]
    [AlwaysInterleave]
    Task RegisterAsync(SlotRegistration slot);

    /// <summary>Removes a slot and answers its pending poll. Idempotent.</summary>
    [Alias("Unregister")]
    [AlwaysInterleave]
    Task UnregisterAsync(string slot);

    /// <summary>Adds batches of an experiment. Idempotent by batch key.</summary>
    [Alias("Enqueue")]
    [AlwaysInterleave]
    Task EnqueueAsync(string experimentId, IReadOnlyList<string> batchKeys);

    /// <summary>Removes an experiment's waiting batches, after a pause or cancellation. Leased ones finish. Idempotent.</summary>
    [Alias("Withdraw")]
    [AlwaysInterleave]
    Task WithdrawAsync(string experimentId);

    /// <summary>The next batch for a slot, or null after <paramref name="wait"/> or 20 s, whichever is shorter (a long poll). A slot that
    /// holds a lease gets the same lease again. A lease that is neither renewed nor returned by its deadline puts the batch back.</summary>
    [Alias("Lease")]
    [AlwaysInterleave]
    Task<BatchLease?> LeaseAsync(string slot, TimeSpan wait, CancellationToken cancellationToken = default);

    /// <summary>Extends a lease while the batch runs; false when the lease was lost and the slot must stop.</summary>
    [Alias("Renew")]
    [AlwaysInterleave]
    Task<bool> RenewAsync(string slot, string batchKey);

    /// <summary>Ends a lease. Idempotent: returning a lease that the slot no longer holds changes nothing.</summary>
    /// <param name="deviceSeconds">Device time used, charged to the experiment.</param>
    /// <param name="requeue">Whether the batch must run again.</param>
    [Alias("Return")]
    [AlwaysInterleave]
    Task ReturnAsync(string slot, string batchKey, double deviceSeconds, bool requeue);

    /// <summary>The pool at this moment.</summary>
    [Alias("GetStatus")]
    [AlwaysInterleave]
    [ReadOnly]
    Task<PoolStatus> GetStatusAsync();
}

/// <param name="Slot">"silo/device/slot".</param>
/// <param name="DeviceClass">Key of the pool.</param>
/// <param name="Description">The device, for display.</param>
[GenerateSerializer, Alias("skillfactory.slot")]
public sealed record SlotRegistration(
    [property: Id(0)] string Slot,
    [property: Id(1)] string DeviceClass,
    [property: Id(2)] string Description
);

/// <param name="Deadline">When the lease is lost unless it is renewed or returned.</param>
[GenerateSerializer, Alias("skillfactory.batch-lease")]
public sealed record BatchLease(
    [property: Id(0)] string ExperimentId,
    [property: Id(1)] string BatchKey,
    [property: Id(2)] DateTimeOffset Deadline
);

/// <param name="Waiting">Batches that wait.</param>
/// <param name="Leased">Batches that run.</param>
/// <param name="DeviceSeconds">Device time used, by experiment id.</param>
[GenerateSerializer, Alias("skillfactory.pool-status")]
public sealed record PoolStatus(
    [property: Id(0)] IReadOnlyList<SlotRegistration> Slots,
    [property: Id(1)] int Waiting,
    [property: Id(2)] int Leased,
    [property: Id(3)] IReadOnlyDictionary<string, double> DeviceSeconds
);
