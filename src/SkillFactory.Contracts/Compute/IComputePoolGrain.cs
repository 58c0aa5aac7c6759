using Orleans.Concurrency;

namespace SkillFactory.Contracts.Compute;

/// <summary>The slots of one device class (its key: "cpu", "cuda") and the batches that wait for them. Slots pull; weighted fair
/// share over experiments by device-seconds used. The queue is soft state: owners enqueue again after a loss, and a batch that is
/// done already is dropped at no cost.</summary>
[Alias("skillfactory.compute-pool")]
public interface IComputePoolGrain : IGrainWithStringKey
{
    /// <summary>Registers a slot or renews its lease. Idempotent.</summary>
    [Alias("Register")]
    [AlwaysInterleave]
    Task RegisterAsync(SlotRegistration slot);

    [Alias("Unregister")]
    [AlwaysInterleave]
    Task UnregisterAsync(string slot);

    /// <summary>Adds batches of an experiment. Idempotent by batch key.</summary>
    [Alias("Enqueue")]
    [AlwaysInterleave]
    Task EnqueueAsync(string experimentId, IReadOnlyList<string> batchKeys);

    /// <summary>Removes an experiment's waiting batches (pause, cancel). Leased ones run to their end.</summary>
    [Alias("Withdraw")]
    [AlwaysInterleave]
    Task WithdrawAsync(string experimentId);

    /// <summary>The next batch for a slot, or null after <paramref name="wait"/> (a long poll). A lease that is neither renewed nor
    /// returned by its deadline puts the batch back. Interleaves.</summary>
    [Alias("Lease")]
    [AlwaysInterleave]
    Task<BatchLease?> LeaseAsync(string slot, TimeSpan wait, CancellationToken cancellationToken = default);

    /// <summary>Keeps a lease alive while the batch runs. False: the lease was lost; stop.</summary>
    [Alias("Renew")]
    [AlwaysInterleave]
    Task<bool> RenewAsync(string slot, string batchKey);

    /// <summary>Ends a lease; <paramref name="requeue"/> when the batch must run again.</summary>
    [Alias("Return")]
    [AlwaysInterleave]
    Task ReturnAsync(string slot, string batchKey, double deviceSeconds, bool requeue);

    [Alias("GetStatus")]
    [AlwaysInterleave]
    [ReadOnly]
    Task<PoolStatus> GetStatusAsync();
}

/// <param name="Slot">"silo/device/slot".</param>
[GenerateSerializer, Alias("skillfactory.slot")]
public sealed record SlotRegistration(
    [property: Id(0)] string Slot,
    [property: Id(1)] string DeviceClass,
    [property: Id(2)] string Description
);

[GenerateSerializer, Alias("skillfactory.batch-lease")]
public sealed record BatchLease(
    [property: Id(0)] string ExperimentId,
    [property: Id(1)] string BatchKey,
    [property: Id(2)] DateTimeOffset Deadline
);

[GenerateSerializer, Alias("skillfactory.pool-status")]
public sealed record PoolStatus(
    [property: Id(0)] IReadOnlyList<SlotRegistration> Slots,
    [property: Id(1)] int Waiting,
    [property: Id(2)] int Leased,
    [property: Id(3)] IReadOnlyDictionary<string, double> DeviceSeconds
);
