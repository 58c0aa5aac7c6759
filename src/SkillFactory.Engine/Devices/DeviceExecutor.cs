using System.Collections.Concurrent;
using SkillFactory.Engine.Native;
using TorchSharp;

namespace SkillFactory.Engine.Devices;

/// <summary>Runs device work on one dedicated thread, in order.</summary>
public sealed class DeviceExecutor : IDeviceExecutor, IDisposable
{
    /// <summary>Maximum number of waiting units. Each caller awaits a unit before it queues the next, so this limits the callers.</summary>
    public const int QueueLimit = 64;

    private readonly BlockingCollection<Action> _queue = new(QueueLimit);
    private readonly Thread _thread;
    private readonly string _name;

    /// <param name="name">Name of the thread, such as "cpu/0".</param>
    /// <param name="mathThreads">Number of threads that libtorch uses for an operation.</param>
    public DeviceExecutor(string name, int mathThreads)
    {
        // Load on the caller's thread, so that the caller gets the error if it fails.
        TorchLibrary.Load();
        _name = name;
        _thread = new Thread(() => Loop(mathThreads)) { IsBackground = true, Name = $"device {name}" };
        _thread.Start();
    }

    /// <inheritdoc/>
    public Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellationToken = default)
    {
        var completion = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var accepted = _queue.TryAdd(() =>
        {
            if (cancellationToken.IsCancellationRequested)
            {
                completion.TrySetCanceled(cancellationToken);
                return;
            }

            try
            {
                completion.TrySetResult(work());
            }
            catch (OperationCanceledException e)
            {
                completion.TrySetCanceled(e.CancellationToken);
            }
            catch (Exception e)
            {
                completion.TrySetException(e);
            }
        });
        return accepted ? completion.Task : throw new DeviceBusyException(_name);
    }

    public void Dispose()
    {
        _queue.CompleteAdding();
        if (Thread.CurrentThread != _thread)
        {
            _thread.Join();
        }

        _queue.Dispose();
    }

    private void Loop(int mathThreads)
    {
        torch.set_num_threads(mathThreads);
        foreach (var work in _queue.GetConsumingEnumerable())
        {
            work();
        }
    }
}
