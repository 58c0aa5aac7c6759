using System.Diagnostics;
using System.Globalization;
using SkillFactory.Engine.Devices;
using TorchSharp;

namespace SkillFactory.Bench;

/// <summary>Device threads like those of a worker process: one with a single math thread per core, or one for a GPU.</summary>
internal sealed class Cores(DeviceSpec device) : IDisposable
{
    private readonly DeviceExecutor[] _executors =
    [
        .. Enumerable
            .Range(0, device.IsCpu ? Environment.ProcessorCount : 1)
            .Select(i => new DeviceExecutor($"{device}/{i}", mathThreads: 1)),
    ];

    public int Count => _executors.Length;

    /// <summary>Seconds that the first <paramref name="count"/> cores need to run <paramref name="work"/>, which receives the index of its
    /// core.</summary>
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

    /// <summary>The shortest of several rounds, after one warm-up round.</summary>
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
