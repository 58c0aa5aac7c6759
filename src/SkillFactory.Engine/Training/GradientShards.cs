using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using SkillFactory.Engine.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace SkillFactory.Engine.Training;

/// <summary>
/// Computes the gradient of one optimiser step over a fixed number of shards. Each shard has its own thread, with one math thread, and its
/// own gradient buffer over the shared weights. The buffers are added in the order of the shards. The number of shards is part of a run's
/// identity and independent of the machine, so a run gives the same bits on any number of cores.
/// </summary>
/// <remarks>For small models, data parallelism over threads is faster than math threads within each operation (docs/benchmarks.md). On
/// CUDA there is one shard.</remarks>
public sealed class GradientShards : IDisposable
{
    private readonly Shard[] _shards;

    public GradientShards(DecoderWeights weights, int count)
    {
        _shards = [.. Enumerable.Range(0, count).Select(i => new Shard(weights, i))];
    }

    /// <summary>The result of <see cref="Accumulate"/>, in fp32.</summary>
    public ParameterBuckets Gradient => _shards[0].Gradients;

    /// <summary>
    /// Computes the gradient of all micro-batches into <see cref="Gradient"/>. Each micro-batch, in the given order, goes to the shard with
    /// the smallest area so far.
    /// </summary>
    /// <param name="batches">Micro-batches in a deterministic order, longest first.</param>
    /// <param name="lossOf">Computes the loss of a micro-batch, and what the caller counts in it.</param>
    /// <param name="cancellationToken">Checked before each micro-batch.</param>
    /// <returns>The counts per micro-batch, in the given order.</returns>
    public IReadOnlyList<T> Accumulate<T>(
        IReadOnlyList<MicroBatch> batches,
        Func<DecoderViews, MicroBatch, (Tensor Loss, T Counts)> lossOf,
        CancellationToken cancellationToken = default
    )
    {
        var assigned = _shards.Select(_ => new List<int>()).ToArray();
        var load = new long[_shards.Length];
        for (var i = 0; i < batches.Count; i++)
        {
            var least = Array.IndexOf(load, load.Min());
            assigned[least].Add(i);
            load[least] += batches[i].Area;
        }

        var counts = new T[batches.Count];
        using var done = new CountdownEvent(_shards.Length);
        Exception? failure = null;
        for (var s = 0; s < _shards.Length; s++)
        {
            var (shard, mine) = (_shards[s], assigned[s]);
            shard.Post(() =>
            {
                try
                {
                    // In-place operations return a new wrapper, which must belong to a scope.
                    using var all = NewDisposeScope();
                    shard.Gradients.Zero();
                    foreach (var i in mine)
                    {
                        cancellationToken.ThrowIfCancellationRequested();
                        using var scope = NewDisposeScope();
                        var (loss, counted) = lossOf(shard.Views, batches[i]);
                        loss.backward();
                        counts[i] = counted;
                    }
                }
                catch (Exception e)
                {
                    Interlocked.CompareExchange(ref failure, e, null);
                }
                finally
                {
                    done.Signal();
                }
            });
        }

        done.Wait(CancellationToken.None);
        if (failure is not null)
        {
            ExceptionDispatchInfo.Throw(failure);
        }

        using (NewDisposeScope())
        using (no_grad())
        {
            for (var s = 1; s < _shards.Length; s++)
            {
                foreach (var (sum, part) in Gradient.Tensors.Zip(_shards[s].Gradients.Tensors))
                {
                    sum.PlusInPlace(part);
                }
            }
        }

        return counts;
    }

    public void Dispose()
    {
        foreach (var shard in _shards)
        {
            shard.Dispose();
        }
    }

    private sealed class Shard : IDisposable
    {
        private readonly BlockingCollection<Action> _work = [];
        private readonly Thread _thread;

        public Shard(DecoderWeights weights, int index)
        {
            Gradients = new ParameterBuckets(weights.Layout, weights.Device);
            Views = new DecoderViews(weights.Values, Gradients);
            _thread = new Thread(() =>
            {
                set_num_threads(1);
                foreach (var action in _work.GetConsumingEnumerable())
                {
                    action();
                }
            })
            {
                IsBackground = true,
                Name = $"gradient shard {index}",
            };
            _thread.Start();
        }

        public ParameterBuckets Gradients { get; }

        public DecoderViews Views { get; }

        public void Post(Action action) => _work.Add(action);

        public void Dispose()
        {
            _work.CompleteAdding();
            _thread.Join();
            _work.Dispose();
            Views.Dispose();
            Gradients.Dispose();
        }
    }
}
