namespace SkillFactory.Grains.Stages;

/// <summary>Runs heavy work on a thread of its own: neither the grain's turn nor the shared pool waits for it. The work must not touch a
/// grain's fields.</summary>
internal static class OffScheduler
{
    // TaskScheduler.Default is not optional: inside a grain the current scheduler is the activation's, and LongRunning would be ignored there.
    public static Task<T> RunAsync<T>(Func<Task<T>> work) =>
        Task.Factory.StartNew(
            () => work().GetAwaiter().GetResult(),
            CancellationToken.None,
            TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach,
            TaskScheduler.Default
        );

    public static Task<T> RunAsync<T>(Func<T> work) => RunAsync(() => Task.FromResult(work()));
}
