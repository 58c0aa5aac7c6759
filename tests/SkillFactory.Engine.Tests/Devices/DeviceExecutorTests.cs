using SkillFactory.Engine.Devices;
using SkillFactory.Primitives.Errors;
using TorchSharp;

namespace SkillFactory.Engine.Tests.Devices;

[Collection(TensorCollection.Name)]
public class DeviceExecutorTests
{
    [Fact]
    public async Task Work_runs_in_order_on_one_dedicated_thread()
    {
        using var executor = new DeviceExecutor("test/0", mathThreads: 1);
        var order = new List<int>();
        var threads = await Task.WhenAll(
            Enumerable
                .Range(0, 20)
                .Select(i =>
                    executor.RunAsync(() =>
                    {
                        order.Add(i);
                        return (Environment.CurrentManagedThreadId, Thread.CurrentThread.Name, torch.get_num_threads());
                    })
                )
        );
        Assert.Equal(Enumerable.Range(0, 20), order);
        Assert.Equal((threads[0].CurrentManagedThreadId, "device test/0", 1), Assert.Single(threads.Distinct()));
        Assert.NotEqual(Environment.CurrentManagedThreadId, threads[0].CurrentManagedThreadId);
    }

    [Fact]
    public async Task Continuations_run_on_other_threads()
    {
        using var executor = new DeviceExecutor("test/0", mathThreads: 1);
        var device = await executor.RunAsync(() => Environment.CurrentManagedThreadId);
        Assert.NotEqual(device, Environment.CurrentManagedThreadId);
    }

    [Fact]
    public async Task The_caller_gets_the_error_and_the_thread_continues()
    {
        using var executor = new DeviceExecutor("test/0", mathThreads: 1);
        var error = await Assert.ThrowsAsync<UserErrorException>(() => executor.RunAsync<int>(() => throw new UserErrorException("no")));
        Assert.Equal("no", error.Message);
        Assert.Equal(3, await executor.RunAsync(() => 3));
    }

    [Fact]
    public async Task Cancelled_work_does_not_start_and_work_can_cancel_itself()
    {
        using var executor = new DeviceExecutor("test/0", mathThreads: 1);
        using var cancelled = new CancellationTokenSource();
        using var gate = new ManualResetEventSlim();
        var first = executor.RunAsync(() =>
        {
            gate.Wait();
            return 0;
        });
        var started = false;
        var second = executor.RunAsync(() => started = true, cancelled.Token);
        await cancelled.CancelAsync();
        gate.Set();
        await first;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        Assert.False(started);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => executor.RunAsync<int>(() => throw new OperationCanceledException()));
    }

    [Fact]
    public async Task A_full_queue_refuses_work()
    {
        using var gate = new ManualResetEventSlim();
        using var running = new ManualResetEventSlim();
        using var executor = new DeviceExecutor("test/7", mathThreads: 1);
        var busy = executor.RunAsync(() =>
        {
            running.Set();
            gate.Wait();
            return -1;
        });
        running.Wait();
        var waiting = Enumerable.Range(0, DeviceExecutor.QueueLimit).Select(i => executor.RunAsync(() => i)).ToArray();
        var error = await Assert.ThrowsAsync<DeviceBusyException>(() => executor.RunAsync(() => 0));
        Assert.Contains("test/7", error.Message, StringComparison.Ordinal);
        gate.Set();
        Assert.Equal(-1, await busy);
        Assert.Equal(Enumerable.Range(0, DeviceExecutor.QueueLimit), await Task.WhenAll(waiting));
        Assert.Equal(5, await executor.RunAsync(() => 5));
    }

    [Fact]
    public void Disposal_finishes_queued_work()
    {
        var executor = new DeviceExecutor("test/0", mathThreads: 1);
        var work = Enumerable.Range(0, 10).Select(i => executor.RunAsync(() => i)).ToArray();
        executor.Dispose();
        Assert.All(work, w => Assert.True(w.IsCompletedSuccessfully));
    }

    [Theory]
    [InlineData("cpu", "cpu", 0)]
    [InlineData("cuda", "cuda", 0)]
    [InlineData("cuda:0", "cuda", 0)]
    [InlineData("cuda:11", "cuda", 11)]
    public void Devices_are_parsed_and_formatted(string text, string type, int index)
    {
        var device = DeviceSpec.Parse(text);
        Assert.Equal((type, index, type == "cpu"), (device.Class, device.Index, device.IsCpu));
        Assert.Equal(device, DeviceSpec.Parse(device.ToString()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("gpu")]
    [InlineData("CPU")]
    [InlineData("cpu:0")]
    [InlineData("cuda:")]
    [InlineData("cuda:-1")]
    [InlineData("cuda: 1")]
    [InlineData("cuda:1x")]
    public void Invalid_devices_are_refused(string text) =>
        Assert.Equal(
            $"device '{text}' is not known; expected 'cpu' or 'cuda:N'",
            Assert.Throws<UserErrorException>(() => DeviceSpec.Parse(text)).Message
        );
}
