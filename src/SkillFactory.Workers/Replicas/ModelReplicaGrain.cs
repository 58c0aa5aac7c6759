using Microsoft.Extensions.Logging;
using SkillFactory.Contracts.Batches;
using SkillFactory.Contracts.Compute;
using SkillFactory.Contracts.Placement;
using SkillFactory.Core.Artifacts;
using SkillFactory.Core.Sampling;
using SkillFactory.Primitives.Errors;
using SkillFactory.Workers.Devices;

namespace SkillFactory.Workers.Replicas;

/// <summary>Leases and runs batches for one slot. The loop runs on the grain's scheduler; tensors stay on the slot's device
/// thread.</summary>
[PinToSiloInKey]
[RequireSiloMetadata(SiloMetadataKeys.Role, SiloRoles.Rollout)]
internal sealed partial class ModelReplicaGrain(
    DeviceHost devices,
    ModelLibrary library,
    WeightLibrary weights,
    IArtifactStore artifacts,
    TimeProvider time,
    ILogger<ModelReplicaGrain> logger
) : Grain, IModelReplicaGrain, IDisposable
{
    private static readonly TimeSpan LeaseWait = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan RenewEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan AfterError = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stopping = new();
    private Task? _loop;

    public Task EnsureRunningAsync()
    {
        if (!_stopping.IsCancellationRequested && _loop is null or { IsCompleted: true })
        {
            // An idle pool must not deactivate the replicas of a live silo.
            DelayDeactivation(TimeSpan.FromDays(365));
            _loop = LoopAsync();
        }

        return Task.CompletedTask;
    }

    public async Task DrainAsync()
    {
        await _stopping.CancelAsync();
        if (_loop is not null)
        {
            await _loop;
        }
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        if (_loop is not null)
        {
            await _loop
                .WaitAsync(cancellationToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }
    }

    public void Dispose() => _stopping.Dispose();

    private async Task LoopAsync()
    {
        // EnsureRunningAsync must not wait for the first lease.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding | ConfigureAwaitOptions.ContinueOnCapturedContext);
        var slot = this.GetPrimaryKeyString();
        var index = int.Parse(slot[(slot.LastIndexOf('/') + 1)..], System.Globalization.CultureInfo.InvariantCulture);
        var pool = GrainFactory.GetGrain<IComputePoolGrain>(devices.Device.Class);
        var session = new ReplicaSession(library, weights, devices.Slot(index));
        while (!_stopping.IsCancellationRequested)
        {
            BatchLease? lease = null;
            try
            {
                lease = await pool.LeaseAsync(slot, LeaseWait, _stopping.Token);
                if (lease is not null)
                {
                    await RunAsync(session, pool, slot, lease);
                }
                else
                {
                    weights.DisposeUnused();
                }
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                if (lease is not null)
                {
                    await pool.ReturnAsync(slot, lease.BatchKey, 0, requeue: true);
                }
            }
            catch (Exception e)
            {
                LogLeaseFailed(e, slot, lease?.BatchKey ?? "none");
                await Task.Delay(AfterError, time);
            }
        }
    }

    private async Task RunAsync(ReplicaSession session, IComputePoolGrain pool, string slot, BatchLease lease)
    {
        var batch = GrainFactory.GetGrain<IPromptBatchGrain>(lease.BatchKey);
        var assignment = await batch.BeginAsync(slot);
        if (assignment is null)
        {
            await pool.ReturnAsync(slot, lease.BatchKey, 0, requeue: false);
            return;
        }

        var (seconds, requeue) = (0.0, false);
        try
        {
            var spec = await artifacts.GetJsonAsync<BatchSpec>(assignment.Spec, _stopping.Token);
            var renewed = time.GetTimestamp();
            var result = await session.RunAsync(spec, KeepLeaseAsync, _stopping.Token);
            if (result is not { } done)
            {
                return;
            }

            seconds = done.DeviceSeconds;

            // Into the scope of the spec: the stage's scratch, which is dropped when the stage has a result.
            var stored = await artifacts.Within(assignment.Spec.Scope).PutLinesAsync(done.Rollouts, _stopping.Token);
            await batch.CompleteAsync(
                assignment.Execution,
                new BatchOutcome(
                    stored,
                    done.Rollouts.Count,
                    done.Rollouts.Sum(r => (long)r.TokenCount),
                    done.Rollouts.Sum(r => (long)r.PromptTokenCount),
                    seconds
                )
            );

            async Task<bool> KeepLeaseAsync()
            {
                if (time.GetElapsedTime(renewed) < RenewEvery)
                {
                    return true;
                }

                renewed = time.GetTimestamp();
                return await pool.RenewAsync(slot, lease.BatchKey);
            }
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogBatchFailed(e, lease.BatchKey);
            var status = await batch.FailAsync(assignment.Execution, Failure.From(e, $"slot {slot}"));
            requeue = status.Phase == BatchPhase.Pending;
        }

        await pool.ReturnAsync(slot, lease.BatchKey, seconds, requeue);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "batch {Batch} failed here")]
    private partial void LogBatchFailed(Exception e, string batch);

    [LoggerMessage(Level = LogLevel.Error, Message = "slot {Slot}: lease of {Batch} ended in an error")]
    private partial void LogLeaseFailed(Exception e, string slot, string batch);
}
