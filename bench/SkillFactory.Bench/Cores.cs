using System.Diagnostics;
using System.Globalization;
using SkillFactory.Engine.Devices;
using TorchSharp;

namespace SkillFactory.Bench;

/// <summary>Device threads as a worker process has them: one with one math thread for each core, or one for a GPU.</summary>
internal sealed class Cores(DeviceSpec device) : IDisposable
{
    private readonly DeviceExecutor[] _executors =
    [
        .. Enumerable
            .Range(0, device.IsCpu ? Environment.ProcessorCount : 1)
            .Select(i => new DeviceExecutor($"{device}/{i}", mathThreads: 1)),
    ];

    public int Count => _executors.Length;

    /// <summary>Seconds until <paramref name="work"/> (given the core's index) has ended on all of the first <paramref name="count"/> cores.</summary>
    public double Seconds(int count, Action<int> work)
    {
        var started = Stopwatch.GetTimestamp();
        Task.WaitAll(
            _executors
                .Take(count)
                .Select(
                    (e, i) =>
                        e.RunAsync(() =>
                        {
                            work(i);
                            if (!device.IsCpu)
                            {
                                torch.cuda.synchronize();
                            }

                            return true;
                        })
                )
                .ToArray<Task>()
        );
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    /// <summary>The shortest of several rounds after one that warms up.</summary>
    public double Best(int rounds, int count, Action<int> work) =>
        Enumerable.Range(0, rounds + 1).Select(_ => Seconds(count, work)).Skip(1).Min();

    public static void Report(string name, double value, string unit) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name} {value:G5} {unit}"));

    public void Dispose()
    {
        foreach (var executor in _executors)
        {
            executor.Dispose();
        }
    }
}
