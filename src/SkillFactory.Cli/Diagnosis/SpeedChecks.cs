using System.Diagnostics;
using SkillFactory.Engine.Devices;
using static TorchSharp.torch;

namespace SkillFactory.Cli.Diagnosis;

/// <summary>Short measurements of what limits the speed of a run: MatMul and memory bandwidth. They take about 1.5 s together.</summary>
internal static class SpeedChecks
{
    private const int MatrixSize = 1024;
    private const int CopyBytes = 128 << 20;
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(0.35);

    /// <summary>Peak fp32 MatMul speed of libtorch on one thread and on all threads.</summary>
    public static async Task<CheckResult> MatmulAsync()
    {
        var threads = Environment.ProcessorCount;
        var one = await MatmulPeakAsync(1, DeviceSpec.Cpu);
        var all = threads > 1 ? await MatmulPeakAsync(threads, DeviceSpec.Cpu) : one;
        return CheckResult.Ok("matmul", $"fp32 {one / 1e9:0} GFLOP/s on 1 thread, {all / 1e9:0} GFLOP/s on {threads}") with
        {
            Values = new Dictionary<string, double> { ["one_thread_gflops"] = one / 1e9, ["all_threads_gflops"] = all / 1e9 },
        };
    }

    /// <summary>Peak fp32 MatMul speed of a device, in FLOP/s.</summary>
    public static async Task<double> MatmulPeakAsync(int threads, DeviceSpec device)
    {
        using var executor = new DeviceExecutor($"doctor {device}", threads);
        return await executor.RunAsync(() => MatmulPeak(device));
    }

    /// <summary>Bytes read and written per second by all cores together, measured with copies larger than the caches.</summary>
    public static CheckResult MemoryBandwidth()
    {
        var threads = Environment.ProcessorCount;
        var copied = new double[threads];
        using var start = new Barrier(threads);
        var workers = Enumerable
            .Range(0, threads)
            .Select(i => new Thread(() =>
            {
                var from = GC.AllocateUninitializedArray<byte>(CopyBytes / threads);
                var to = GC.AllocateUninitializedArray<byte>(CopyBytes / threads);
                from.AsSpan().Fill(1);
                from.CopyTo(to, 0);
                start.SignalAndWait();
                var watch = Stopwatch.StartNew();
                var bytes = 0.0;
                while (watch.Elapsed < Duration)
                {
                    from.AsSpan().CopyTo(to);
                    bytes += 2.0 * from.Length;
                }

                copied[i] = bytes / watch.Elapsed.TotalSeconds;
            }))
            .ToList();
        workers.ForEach(w => w.Start());
        workers.ForEach(w => w.Join());
        return CheckResult.Ok("memory bandwidth", $"{copied.Sum() / 1e9:0.0} GB/s (copy, read and write)") with
        {
            Values = new Dictionary<string, double> { ["copy_gb_per_s"] = copied.Sum() / 1e9 },
        };
    }

    private static double MatmulPeak(DeviceSpec device)
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        var a = ones(MatrixSize, MatrixSize, float32, device.Torch);
        var b = ones(MatrixSize, MatrixSize, float32, device.Torch);
        var product = mm(a, b);
        var best = 0.0;
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed < Duration)
        {
            var before = watch.Elapsed;
            mm(a, b).Dispose();
            if (!device.IsCpu)
            {
                cuda.synchronize();
            }

            best = Math.Max(best, 2.0 * MatrixSize * MatrixSize * MatrixSize / (watch.Elapsed - before).TotalSeconds);
        }

        return best;
    }
}
