using SkillFactory.Core.Artifacts;
using SkillFactory.Engine.Devices;
using SkillFactory.Engine.Models;

namespace SkillFactory.Workers.Devices;

/// <summary>
/// The weights that this process reads: one copy of each version on its device, whoever uses it. The last copy that nobody uses is kept for
/// the next batch, and disposed of before another version is loaded or when a slot finds no work. A learner offers its own weights, so that
/// slots beside it need no copy. Thread-safe.
/// </summary>
internal sealed class WeightLibrary(IArtifactStore artifacts, DeviceSpec device) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(string Hash, DecoderShape Shape), Copy> _copies = [];
    private bool _disposed;

    /// <summary>Copies that the library holds, loading ones included.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _copies.Count;
            }
        }
    }

    /// <summary>Uses a version of the weights. Concurrent callers share one load; the next caller tries a failed load again.</summary>
    /// <param name="shape">The decoder.</param>
    /// <param name="tensors">The file with the weights.</param>
    /// <param name="executor">The device thread that loads them if need be.</param>
    /// <param name="lasting">Whether the use may outlive a learner's next step, so that a learner's own weights do not do.</param>
    /// <param name="cancellationToken">Ends the wait. The load goes on for others.</param>
    public async Task<SharedWeights> AcquireAsync(
        DecoderShape shape,
        ArtifactRef tensors,
        IDeviceExecutor executor,
        bool lasting = false,
        CancellationToken cancellationToken = default
    )
    {
        var key = (tensors.Hash, shape);
        Copy copy;
        var isNew = false;
        List<Copy> unused = [];
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_copies.TryGetValue(key, out var found) && !(lasting && found.IsOffered))
            {
                copy = found;
            }
            else
            {
                unused = TakeUnused();
                // The load is a user too, so that it ends before the copy is disposed of.
                _copies[key] = copy = new Copy { Users = 1 };
                isNew = true;
            }

            copy.Users++;
        }

        if (isNew)
        {
            // Memory is freed before the load takes as much again.
            unused.ForEach(c => c.Dispose());
            // Others may wait for the load, so it must not depend on the caller's scheduler.
            _ = Task.Run(() => LoadAsync(key, copy, tensors, executor), CancellationToken.None);
        }

        try
        {
            var (weights, rotary) = await copy.Loaded.Task.WaitAsync(cancellationToken);
            return new SharedWeights(weights, rotary.Table, () => Release(key, copy));
        }
        catch
        {
            Release(key, copy);
            throw;
        }
    }

    /// <summary>Makes a learner's weights the copy of a version, unless there is one in use. The weights must not change before the offer
    /// is withdrawn.</summary>
    /// <returns>The offer, or null if there is another copy.</returns>
    public WeightOffer? Offer(string hash, DecoderWeights weights)
    {
        var key = (hash, weights.Layout.Shape);
        var copy = new Copy { IsOffered = true, Users = 1 };
        List<Copy> unused;
        lock (_gate)
        {
            if (_disposed || _copies.GetValueOrDefault(key) is { Users: > 0 })
            {
                return null;
            }

            unused = TakeUnused();
            _copies[key] = copy;
        }

        unused.ForEach(c => c.Dispose());
        copy.Loaded.SetResult((weights, SharedRotary.Acquire(weights.Layout.Shape, weights.Device)));
        return new WeightOffer(() => WithdrawAsync(key, copy), () => Leave(key, copy));
    }

    /// <summary>Disposes of all copies that nobody uses.</summary>
    public void DisposeUnused()
    {
        List<Copy> unused;
        lock (_gate)
        {
            unused = TakeUnused();
        }

        unused.ForEach(c => c.Dispose());
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
        }

        DisposeUnused();
    }

    private async Task LoadAsync((string Hash, DecoderShape Shape) key, Copy copy, ArtifactRef tensors, IDeviceExecutor executor)
    {
        try
        {
            var path = await artifacts.GetLocalPathAsync(tensors, CancellationToken.None);
            copy.Loaded.SetResult(await executor.RunAsync(() => Load(path, key.Shape), CancellationToken.None));
        }
        catch (Exception e)
        {
            lock (_gate)
            {
                Forget(key, copy);
            }

            copy.Loaded.SetException(e);
        }
        finally
        {
            Release(key, copy);
        }
    }

    private (DecoderWeights Weights, SharedRotary Rotary) Load(string path, DecoderShape shape)
    {
        var weights = new DecoderWeights(new ParameterLayout(shape), device);
        try
        {
            WeightFile.Load(path, weights.Values);
            return (weights, SharedRotary.Acquire(shape, device));
        }
        catch
        {
            weights.Dispose();
            throw;
        }
    }

    private void Release((string, DecoderShape) key, Copy copy)
    {
        List<Copy> unused = [];
        lock (_gate)
        {
            copy.Users--;
            if (copy.Users == 0)
            {
                var isKept = Forget(key, copy) && !_disposed;
                unused = isKept ? TakeUnused() : [copy];
                if (isKept)
                {
                    _copies[key] = copy;
                }
            }
        }

        unused.ForEach(c => c.Dispose());
    }

    private async Task WithdrawAsync((string, DecoderShape) key, Copy copy)
    {
        lock (_gate)
        {
            Forget(key, copy);
            copy.IsWithdrawn = true;
        }

        Release(key, copy);
        await copy.Unused.Task;
    }

    private void Leave((string, DecoderShape) key, Copy copy)
    {
        lock (_gate)
        {
            copy.IsOffered = false;
        }

        Release(key, copy);
    }

    private List<Copy> TakeUnused()
    {
        var unused = _copies.Where(c => c.Value.Users == 0).ToList();
        unused.ForEach(c => _copies.Remove(c.Key));
        return [.. unused.Select(c => c.Value)];
    }

    /// <returns>Whether the library held this copy.</returns>
    private bool Forget((string, DecoderShape) key, Copy copy) => _copies.GetValueOrDefault(key) == copy && _copies.Remove(key);

    private sealed class Copy
    {
        public TaskCompletionSource<(DecoderWeights Weights, SharedRotary Rotary)> Loaded { get; } =
            new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Completes when the last user of withdrawn weights is done.</summary>
        public TaskCompletionSource Unused { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Users { get; set; }

        /// <summary>Whether a learner that will change the weights owns them.</summary>
        public bool IsOffered { get; set; }

        public bool IsWithdrawn { get; set; }

        /// <summary>Called once, when nobody uses the copy or can begin to.</summary>
        public void Dispose()
        {
            if (Loaded.Task.IsCompletedSuccessfully)
            {
                var (weights, rotary) = Loaded.Task.Result;
                rotary.Dispose();
                if (!IsWithdrawn)
                {
                    weights.Dispose();
                }
            }

            Unused.SetResult();
        }
    }
}
