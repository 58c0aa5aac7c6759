using System.Collections.Concurrent;
using SkillFactory.Engine.Native;
using TorchSharp;

namespace SkillFactory.Engine.Devices;

/// <summary>Runs device work on one dedicated thread. Dispose scopes, grad mode and the math thread count are thread-local in
/// libtorch, so a unit of work is a synchronous delegate run from start to end here; callers only await.</summary>
public interface IDeviceExecutor
{
    /// <summary>Queues a unit of device work (about a second or less). Continuations run elsewhere.</summary>
    /// <exception cref="DeviceBusyException">The queue is full.</exception>
    Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellationToken = default);
}

/// <summary>The device's bounded queue is full; the caller should take less work, not wait in line.</summary>
public sealed class DeviceBusyException(string device) : Exception($"the queue of device {device} is full");

/// <inheritdoc cref="IDeviceExecutor"/>
public sealed class DeviceExecutor : IDeviceExecutor, IDisposable
{
    /// <summary>Units that may wait. Callers await each unit before the next, so this is a limit on callers.</summary>
    public const int QueueLimit = 64;

    private readonly BlockingCollection<Action> _queue = new(QueueLimit);
    private readonly Thread _thread;
    private readonly string _name;

    /// <param name="name">Thread name, e.g. "cpu/0".</param>
    /// <param name="mathThreads">libtorch threads used by an operation started here.</param>
    public DeviceExecutor(string name, int mathThreads)
    {
        // Here, on the caller's thread, where a library that does not load is still an error with a reason.
        TorchLibrary.Load();
        _name = name;
        _thread = new Thread(() => Loop(mathThreads)) { IsBackground = true, Name = $"device {name}" };
        _thread.Start();
    }

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
