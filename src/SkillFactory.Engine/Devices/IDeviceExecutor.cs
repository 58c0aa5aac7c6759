namespace SkillFactory.Engine.Devices;

/// <summary>Runs device work on one dedicated thread. Dispose scopes, grad mode and the number of math threads are thread-local in
/// libtorch, so a unit of work is a synchronous delegate that runs entirely on that thread.</summary>
public interface IDeviceExecutor
{
    /// <summary>Queues a unit of device work, which should take about a second or less. Continuations run on other threads.</summary>
    /// <exception cref="DeviceBusyException">The queue is full.</exception>
    Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellationToken = default);
}
