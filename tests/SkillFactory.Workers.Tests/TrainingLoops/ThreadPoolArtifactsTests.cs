using SkillFactory.Workers.TrainingLoops;

namespace SkillFactory.Workers.Tests.TrainingLoops;

public sealed class ThreadPoolArtifactsTests
{
    [Fact]
    public async Task A_file_is_written_outside_of_the_callers_scheduler()
    {
        var store = new ThreadPoolArtifacts(new MemoryArtifactStore());
        var grain = new ConcurrentExclusiveSchedulerPair().ExclusiveScheduler;
        TaskScheduler? writer = null;
        await Task
            .Factory.StartNew(
                async () =>
                {
                    await store.PutAsync("text/plain", _ =>
                    {
                        writer = TaskScheduler.Current;
                        return Task.CompletedTask;
                    });
                    Assert.Same(grain, TaskScheduler.Current);
                },
                CancellationToken.None,
                TaskCreationOptions.None,
                grain
            )
            .Unwrap();
        Assert.Same(TaskScheduler.Default, writer);
    }
}
