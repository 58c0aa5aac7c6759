using SkillFactory.Contracts.Compute;

namespace SkillFactory.Grains.Leases;

/// <summary>Waiting batches, leases and slots of one pool. It neither waits nor reads the clock: the pool grain adds timers and long polls,
/// and passes the time to each method.</summary>
internal sealed class LeaseTable(ComputePoolOptions options)
{
    private static readonly TimeSpan UsageHalfLife = TimeSpan.FromMinutes(5);

    private readonly FairShare _share = new(UsageHalfLife);
    private readonly Dictionary<string, LinkedList<string>> _waiting = new(StringComparer.Ordinal);
    private readonly HashSet<string> _waitingKeys = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Lease> _leasesBySlot = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Lease> _leasesByBatch = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (SlotRegistration Slot, DateTimeOffset Expires)> _slots = new(StringComparer.Ordinal);

    public int Waiting => _waitingKeys.Count;

    public int Leased => _leasesByBatch.Count;

    public IReadOnlyDictionary<string, double> DeviceSeconds => _share.Totals;

    public IEnumerable<SlotRegistration> Slots => _slots.Values.Select(s => s.Slot).OrderBy(s => s.Slot, StringComparer.Ordinal);

    public void Register(SlotRegistration slot, DateTimeOffset now) => _slots[slot.Slot] = (slot, now + options.SlotExpiry);

    public void Unregister(string slot) => _slots.Remove(slot);

    /// <summary>Extends a slot's registration. A slot that is unknown (after the pool lost its memory) is added by name only.</summary>
    public void Touch(string slot, string deviceClass, DateTimeOffset now)
    {
        var registration = _slots.TryGetValue(slot, out var known) ? known.Slot : new SlotRegistration(slot, deviceClass, "");
        _slots[slot] = (registration, now + options.SlotExpiry);
    }

    public void Enqueue(string experimentId, IEnumerable<string> batchKeys, DateTimeOffset now)
    {
        foreach (var key in batchKeys)
        {
            if (_leasesByBatch.TryGetValue(key, out var lease))
            {
                lease.Withdrawn = false;
            }
            else if (_waitingKeys.Add(key))
            {
                QueueOf(experimentId, now).AddLast(key);
            }
        }
    }

    public void Withdraw(string experimentId)
    {
        if (_waiting.Remove(experimentId, out var keys))
        {
            _waitingKeys.ExceptWith(keys);
        }

        foreach (var lease in _leasesByBatch.Values.Where(l => l.ExperimentId == experimentId))
        {
            lease.Withdrawn = true;
        }
    }

    /// <summary>The next batch for a slot, or null. A slot runs one batch at a time: if it holds a lease, it gets that lease again, because
    /// the reply was lost or the replica restarted.</summary>
    public BatchLease? TryLease(string slot, DateTimeOffset now)
    {
        if (_leasesBySlot.TryGetValue(slot, out var held))
        {
            held.Deadline = now + options.LeaseDuration;
            return held.ToMessage();
        }

        if (_share.Choose(_waiting.Keys, now) is not { } experimentId)
        {
            return null;
        }

        var queue = _waiting[experimentId];
        var key = queue.First!.Value;
        queue.RemoveFirst();
        _waitingKeys.Remove(key);
        if (queue.Count == 0)
        {
            _waiting.Remove(experimentId);
        }

        var lease = new Lease(slot, experimentId, key, now) { Deadline = now + options.LeaseDuration };
        _leasesBySlot[slot] = lease;
        _leasesByBatch[key] = lease;
        _share.Begin(experimentId);
        return lease.ToMessage();
    }

    public bool Renew(string slot, string batchKey, DateTimeOffset now)
    {
        if (!Holds(slot, batchKey, out var lease))
        {
            return false;
        }

        lease.Deadline = now + options.LeaseDuration;
        return true;
    }

    /// <summary>Ends a lease. Does nothing if the slot does not hold it any more: an expired lease is charged when it expires.</summary>
    public void Return(string slot, string batchKey, double deviceSeconds, bool requeue, DateTimeOffset now)
    {
        if (Holds(slot, batchKey, out var lease))
        {
            End(lease, deviceSeconds, requeue, now);
        }
    }

    /// <summary>Puts back the batches of leases whose deadline has passed, and removes silent slots.</summary>
    /// <returns>The leases that were lost.</returns>
    public IReadOnlyList<BatchLease> Expire(DateTimeOffset now)
    {
        var lost = _leasesByBatch.Values.Where(l => l.Deadline <= now).ToList();
        foreach (var lease in lost)
        {
            // Charged for the time until the last renewal.
            End(lease, (lease.Deadline - options.LeaseDuration - lease.Since).TotalSeconds, requeue: true, now);
        }

        foreach (var slot in _slots.Where(s => s.Value.Expires <= now).Select(s => s.Key).ToList())
        {
            _slots.Remove(slot);
        }

        return [.. lost.Select(l => l.ToMessage())];
    }

    private bool Holds(string slot, string batchKey, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Lease? lease) =>
        _leasesByBatch.TryGetValue(batchKey, out lease) && lease.Slot == slot;

    private void End(Lease lease, double deviceSeconds, bool requeue, DateTimeOffset now)
    {
        _leasesBySlot.Remove(lease.Slot);
        _leasesByBatch.Remove(lease.BatchKey);
        if (requeue && !lease.Withdrawn)
        {
            // Before End below: while the batch counts as running, queueing it does not count as joining.
            QueueOf(lease.ExperimentId, now).AddFirst(lease.BatchKey);
            _waitingKeys.Add(lease.BatchKey);
        }

        _share.End(lease.ExperimentId, deviceSeconds, now);
    }

    private LinkedList<string> QueueOf(string experimentId, DateTimeOffset now)
    {
        if (_waiting.TryGetValue(experimentId, out var queue))
        {
            return queue;
        }

        var active = _waiting.Keys.Concat(_leasesByBatch.Values.Select(l => l.ExperimentId)).ToHashSet(StringComparer.Ordinal);
        if (!active.Contains(experimentId))
        {
            _share.Join(experimentId, active, now);
        }

        return _waiting[experimentId] = new LinkedList<string>();
    }

    private sealed class Lease(string slot, string experimentId, string batchKey, DateTimeOffset since)
    {
        public string Slot { get; } = slot;

        public string ExperimentId { get; } = experimentId;

        public string BatchKey { get; } = batchKey;

        public DateTimeOffset Since { get; } = since;

        public DateTimeOffset Deadline { get; set; }

        public bool Withdrawn { get; set; }

        public BatchLease ToMessage() => new(ExperimentId, BatchKey, Deadline);
    }
}
