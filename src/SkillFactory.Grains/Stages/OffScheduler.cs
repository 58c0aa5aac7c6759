namespace SkillFactory.Grains.Stages;

/// <summary>Runs heavy work on its own thread, so that it blocks neither the grain nor the thread pool. The work must not access fields of
/// a grain.</summary>
internal static class OffScheduler
{
    // Without TaskScheduler.Default the work would run on the activation's scheduler, which ignores LongRunning.
    public static Task<T> RunAsync<T>(Func<Task<T>> work) =>
        Task.Factory.StartNew(
            () => work().GetAwaiter().GetResult(),
            CancellationToken.None,
            TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach,
            TaskScheduler.Default
        );

    public static Task<T> RunAsync<T>(Func<T> work) => RunAsync(() => Task.FromResult(work()));
}
