using System.Runtime.ExceptionServices;
using SkillFactory.Engine.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace SkillFactory.Engine.Training;

/// <summary>
/// Runs the micro-batches of one optimiser step over a fixed number of shards: each has its own thread (one math thread) and its own
/// gradient buffer over the shared weights; the buffers are added in shard order. The number of shards is part of a run's identity
/// and does not follow the machine, so the same run gives the same bits on more or fewer cores.
/// </summary>
/// <remarks>Data parallel over per-core threads is faster than one thread pair per operation for models of this size
/// (docs/benchmarks.md). On CUDA there is one shard.</remarks>
public sealed class GradientShards : IDisposable
{
    private readonly Shard[] _shards;

    public GradientShards(DecoderWeights weights, int count, int mathThreadsPerShard)
    {
        _shards = [.. Enumerable.Range(0, count).Select(i => new Shard(weights, i, mathThreadsPerShard))];
    }

    /// <summary>[Count]: the sum after <see cref="Accumulate"/>.</summary>
    public Tensor Gradient => _shards[0].Gradients;

    /// <summary>
    /// Zeroes the gradients, runs forward and backward of every micro-batch and leaves the sum in <see cref="Gradient"/>. Micro-batches go
    /// to the shard with the least area so far, in the order given.
    /// </summary>
    /// <param name="batches">Micro-batches, in a deterministic order (longest first).</param>
    /// <param name="lossOf">Builds the loss to call backward on, and numbers to add up over micro-batches.</param>
    /// <param name="cancellationToken">Checked between micro-batches.</param>
    /// <returns>Sums of the numbers, micro-batch order.</returns>
    public double[] Accumulate(
        IReadOnlyList<MicroBatch> batches,
        Func<DecoderViews, MicroBatch, (Tensor Loss, double[] Numbers)> lossOf,
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

        var numbers = new double[batches.Count][];
        using var done = new CountdownEvent(_shards.Length);
        Exception? failure = null;
        for (var s = 0; s < _shards.Length; s++)
        {
            var (shard, mine) = (_shards[s], assigned[s]);
            shard.Post(() =>
            {
                try
                {
                    // In-place operations return a wrapper of their own, which a scope must take.
                    using var all = NewDisposeScope();
                    shard.Gradients.zero_();
                    foreach (var i in mine)
                    {
                        cancellationToken.ThrowIfCancellationRequested();
                        using var scope = NewDisposeScope();
                        var (loss, values) = lossOf(shard.Views, batches[i]);
                        loss.backward();
                        numbers[i] = values;
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
                _shards[0].Gradients.PlusInPlace(_shards[s].Gradients);
            }
        }

        var sum = new double[numbers.Length == 0 ? 0 : numbers[0].Length];
        foreach (var values in numbers)
        {
            for (var i = 0; i < sum.Length; i++)
            {
                sum[i] += values[i];
            }
        }

        return sum;
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
        private readonly System.Collections.Concurrent.BlockingCollection<Action> _work = [];
        private readonly Thread _thread;

        public Shard(DecoderWeights weights, int index, int mathThreads)
        {
            using var scope = NewDisposeScope();
            Gradients = zeros_like(weights.Flat).DetachFromDisposeScope();
            Views = new DecoderViews(weights.Layout, weights.Flat, Gradients);
            _thread = new Thread(() =>
            {
                set_num_threads(mathThreads);
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

        public Tensor Gradients { get; }

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
