using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Runtime;
using SkillFactory.Contracts.Compute;

namespace SkillFactory.Grains.Leases;

/// <summary>Matches slots that poll with batches that wait. Only a long poll awaits anything, so no call blocks another.</summary>
internal sealed partial class ComputePoolGrain(IOptions<ComputePoolOptions> options, TimeProvider time, ILogger<ComputePoolGrain> logger)
    : Grain,
        IComputePoolGrain
{
    // Long polls end before Orleans' response timeout of 30 s.
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan MaxSweepPeriod = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan KeepAlive = TimeSpan.FromMinutes(30);

    private readonly LeaseTable _table = new(options.Value);
    private readonly LinkedList<Poll> _polls = [];

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var period = options.Value.LeaseDuration / 4;
        period = period < MaxSweepPeriod ? period : MaxSweepPeriod;
        this.RegisterGrainTimer(Sweep, new GrainTimerCreationOptions(period, period) { Interleave = true });
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        foreach (var poll in _polls)
        {
            poll.Reply.TrySetResult(null);
        }

        return Task.CompletedTask;
    }

    public Task RegisterAsync(SlotRegistration slot)
    {
        if (slot.DeviceClass != this.GetPrimaryKeyString())
        {
            throw new ArgumentException(
                $"Slot {slot.Slot} is of class '{slot.DeviceClass}'; this pool serves '{this.GetPrimaryKeyString()}'.",
                nameof(slot)
            );
        }

        _table.Register(slot, time.GetUtcNow());
        return Task.CompletedTask;
    }

    public Task UnregisterAsync(string slot)
    {
        _table.Unregister(slot);
        AnswerPollOf(slot);
        return Task.CompletedTask;
    }

    public Task EnqueueAsync(string experimentId, IReadOnlyList<string> batchKeys)
    {
        _table.Enqueue(experimentId, batchKeys, time.GetUtcNow());
        Match();
        return Task.CompletedTask;
    }

    public Task WithdrawAsync(string experimentId)
    {
        _table.Withdraw(experimentId);
        return Task.CompletedTask;
    }

    public async Task<BatchLease?> LeaseAsync(string slot, TimeSpan wait, CancellationToken cancellationToken = default)
    {
        var now = time.GetUtcNow();
        _table.Touch(slot, this.GetPrimaryKeyString(), now);
        AnswerPollOf(slot);
        if (_table.TryLease(slot, now) is { } lease)
        {
            return lease;
        }

        var limit = wait < MaxWait ? wait : MaxWait;
        if (limit <= TimeSpan.Zero)
        {
            return null;
        }

        var poll = new Poll(slot);
        var node = _polls.AddLast(poll);
        try
        {
            return await poll.Reply.Task.WaitAsync(limit, time, cancellationToken);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            // A lease may have been granted between the timeout and this continuation.
            return poll.Reply.Task.IsCompletedSuccessfully ? poll.Reply.Task.Result : null;
        }
        finally
        {
            if (node.List is not null)
            {
                _polls.Remove(node);
            }
        }
    }

    public Task<bool> RenewAsync(string slot, string batchKey)
    {
        var now = time.GetUtcNow();
        _table.Touch(slot, this.GetPrimaryKeyString(), now);
        return Task.FromResult(_table.Renew(slot, batchKey, now));
    }

    public Task ReturnAsync(string slot, string batchKey, double deviceSeconds, bool requeue)
    {
        _table.Return(slot, batchKey, deviceSeconds, requeue, time.GetUtcNow());
        Match();
        return Task.CompletedTask;
    }

    public Task<PoolStatus> GetStatusAsync() =>
        Task.FromResult(new PoolStatus([.. _table.Slots], _table.Waiting, _table.Leased, _table.DeviceSeconds.ToDictionary()));

    private Task Sweep(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        foreach (var poll in _polls)
        {
            _table.Touch(poll.Slot, this.GetPrimaryKeyString(), now);
        }

        foreach (var lost in _table.Expire(now))
        {
            LogLeaseLost(lost.BatchKey, lost.ExperimentId);
        }

        if (_table.Waiting + _table.Leased > 0)
        {
            // The queue exists only in memory.
            DelayDeactivation(KeepAlive);
        }

        Match();
        return Task.CompletedTask;
    }

    private void Match()
    {
        var now = time.GetUtcNow();
        while (_table.Waiting > 0 && _polls.First is { } node)
        {
            _polls.RemoveFirst();
            if (!node.Value.Reply.Task.IsCompleted && _table.TryLease(node.Value.Slot, now) is { } lease)
            {
                node.Value.Reply.SetResult(lease);
            }
        }
    }

    private void AnswerPollOf(string slot)
    {
        for (var node = _polls.First; node is not null; node = node.Next)
        {
            if (node.Value.Slot == slot)
            {
                _polls.Remove(node);
                node.Value.Reply.TrySetResult(null);
                return;
            }
        }
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The lease on {BatchKey} of {ExperimentId} was not renewed; the batch is queued again"
    )]
    private partial void LogLeaseLost(string batchKey, string experimentId);

    private sealed class Poll(string slot)
    {
        public string Slot { get; } = slot;

        public TaskCompletionSource<BatchLease?> Reply { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
