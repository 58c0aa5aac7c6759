using System.Diagnostics;
using System.Globalization;
using SkillFactory.Core.Randomness;
using SkillFactory.Core.Sampling;
using SkillFactory.Engine.Devices;
using SkillFactory.Engine.Models;
using SkillFactory.Engine.Sampling;
using SkillFactory.Engine.Training;
using TorchSharp;

namespace SkillFactory.Bench;

/// <summary>Speed of the engine on fixed synthetic work: matmul peak, sampling, training. One line per measurement, "name value unit".
/// Shapes match bench/pytorch/engine.py, which does the same work in PyTorch.</summary>
internal static class EngineBench
{
    private static DecoderShape Shape(string size) => size switch
    {
        "3m" => new() { VocabSize = 512, HiddenSize = 256, Layers = 4, Heads = 4, KvHeads = 2, HeadDim = 64, IntermediateSize = 704, MaxPositions = 512 },
        _ => new() { VocabSize = 640, HiddenSize = 128, Layers = 4, Heads = 4, KvHeads = 2, HeadDim = 32, IntermediateSize = 320, MaxPositions = 512 },
    };

    public static int Run(string[] args)
    {
        var what = args.Length > 0 ? args[0] : "all";
        var size = args.Length > 1 ? args[1] : "3m";
        if (what is "peak" or "all")
        {
            Report("matmul_peak_1_thread", Peak(1), "GF/s");
            Report("matmul_peak_all_threads", Peak(Environment.ProcessorCount), "GF/s");
        }

        if (what is "train" or "all")
        {
            Train(Shape(size), rows: 16, length: 256);
            Train(Shape(size), rows: 64, length: 64);
        }

        if (what is "sample" or "all")
        {
            Sample(Shape(size), batch: 256, prompt: 32, tokens: 96, Environment.ProcessorCount);
        }

        return 0;
    }

    private static void Report(string name, double value, string unit) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name} {value:G5} {unit}"));

    /// <summary>Best of 20 products of 1,024 × 1,024 fp32 matrices.</summary>
    public static double Peak(int threads)
    {
        double best = 0;
        var thread = new Thread(() =>
        {
            torch.set_num_threads(threads);
            using var scope = torch.NewDisposeScope();
            var a = torch.randn(1024, 1024);
            var b = torch.randn(1024, 1024);
            for (var i = 0; i < 20; i++)
            {
                var started = Stopwatch.GetTimestamp();
                torch.mm(a, b).Dispose();
                best = Math.Max(best, 2.0 * 1024 * 1024 * 1024 / Stopwatch.GetElapsedTime(started).TotalSeconds / 1e9);
            }
        });
        thread.Start();
        thread.Join();
        return best;
    }

    private static void Train(DecoderShape shape, int rows, int length)
    {
        var device = DeviceSpec.Cpu;
        using var weights = new DecoderWeights(new ParameterLayout(shape), device);
        weights.Initialize(new KeyedRandom(1));
        var area = int.Parse(Environment.GetEnvironmentVariable("BENCH_AREA") ?? "1024", CultureInfo.InvariantCulture);
        using var trainer = new Trainer(weights, TrainerOptions.For(device) with { MicroBatchArea = area });
        var stream = new KeyedRandom(2).Stream();
        var batch = Enumerable.Range(0, rows).Select(_ =>
        {
            var tokens = Enumerable.Range(0, length).Select(_ => stream.Next(shape.VocabSize)).ToArray();
            return new TrainingSequence(tokens, [.. tokens.Select((_, i) => i > 0)]);
        }).ToArray();
        var settings = new AdamWSettings(0.9, 0.95, 0.05, 1);
        trainer.Supervised(batch, 1e-3, settings);
        double best = 0;
        for (var i = 0; i < 8; i++)
        {
            var started = Stopwatch.GetTimestamp();
            trainer.Supervised(batch, 1e-3, settings);
            best = Math.Max(best, rows * length / Stopwatch.GetElapsedTime(started).TotalSeconds);
        }

        // Forward 2 and backward 4 flops per multiply-add; attention: two products of T·T·hd per head, causal half not discounted.
        var flops = 6.0 * (shape.WeightMultiplyAdds + (2.0 * shape.Layers * shape.Heads * shape.HeadDim * length));
        Report($"train_{rows}x{length}", best, "tokens/s");
        Report($"train_{rows}x{length}_rate", best * flops / 1e9, "GF/s");
    }

    private static void Sample(DecoderShape shape, int batch, int prompt, int tokens, int threads)
    {
        using var weights = new DecoderWeights(new ParameterLayout(shape), DeviceSpec.Cpu);
        weights.Initialize(new KeyedRandom(1));
        double best = 0;
        for (var round = 0; round < 4; round++)
        {
            var started = Stopwatch.GetTimestamp();
            var workers = Enumerable.Range(0, threads).Select(w => new Thread(() =>
            {
                torch.set_num_threads(1);
                using var rotary = new RotaryTable(shape, DeviceSpec.Cpu);
                var random = new KeyedRandom((ulong)w);
                var stream = random.Stream();
                var requests = Enumerable.Range(0, batch / threads / 16)
                    .Select(i => new GenerationRequest([.. Enumerable.Range(0, prompt).Select(_ => stream.Next(shape.VocabSize))], 16, random.Child(i))).ToArray();
                using var generation = new Generation(weights, rotary, requests, new Decoding { MaxNewTokens = tokens }, []);
                while (!generation.Advance(TimeSpan.FromSeconds(1)))
                {
                }
            })).ToArray();
            foreach (var worker in workers)
            {
                worker.Start();
            }

            foreach (var worker in workers)
            {
                worker.Join();
            }

            best = Math.Max(best, batch * tokens / Stopwatch.GetElapsedTime(started).TotalSeconds);
        }

        var flops = 2.0 * (shape.WeightMultiplyAdds + (2.0 * shape.Layers * shape.Heads * shape.HeadDim * (prompt + (tokens / 2))));
        Report($"sample_b{batch}", best, "tokens/s");
        Report($"sample_b{batch}_rate", best * flops / 1e9, "GF/s");
    }
}
