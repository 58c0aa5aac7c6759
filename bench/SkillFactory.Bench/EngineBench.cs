using SkillFactory.Core.Randomness;
using SkillFactory.Core.Sampling;
using SkillFactory.Engine.Devices;
using SkillFactory.Engine.MatMul;
using SkillFactory.Engine.Models;
using SkillFactory.Engine.Sampling;
using SkillFactory.Engine.Training;
using SkillFactory.Primitives.Errors;
using TorchSharp;

namespace SkillFactory.Bench;

/// <summary>
/// Measures the speed of the engine on fixed synthetic work: peak matmul, training and sampling, each as a worker runs it. Prints one line
/// per measurement, "name value unit", the best of several rounds. bench/pytorch/engine.py does the same work in PyTorch and prints the
/// same names.
/// </summary>
/// <remarks>
/// Floating-point operations are those that the model needs, not those that are executed: 2 per multiply-add of every matmul with weights
/// (including the output head, excluding the embedding lookup) and of the two attention matmuls over the mean number of positions. Training
/// counts three times that, without a discount for the causal half of attention. Norms, rotations, softmax and sampling are not counted.
/// </remarks>
internal static class EngineBench
{
    private const int Rows = 256;
    private const int PromptLength = 32;
    private const int SamplesPerPrompt = 16;
    private const int NewTokens = 96;

    public static int Run(string what, string size, DeviceSpec device)
    {
        string[] known = ["all", "peak", "train", "sample"];
        if (!known.Contains(what))
        {
            throw new UserErrorException(
                $"unknown benchmark '{what}'{NearestName.Hint(what, [.. known, "draw", "rows", "group", "memory", "device"])}"
            );
        }

        var shape = BenchModels.Shape(size);
        using var cores = new Cores(device);
        if (what is "peak" or "all")
        {
            Peak(cores, device);
        }

        if (what is "train" or "all")
        {
            Train(cores, shape, device, rows: 16, length: 256);
            Train(cores, shape, device, rows: 64, length: 64);
            if (!device.IsCpu)
            {
                Train(cores, shape, device, rows: 256, length: 256);
            }
        }

        if (what is "sample" or "all")
        {
            Sample(cores, shape, device, Rows);
            if (size == "tiny")
            {
                Sample(cores, shape, device, Rows / 2);
            }
        }

        return 0;
    }

    /// <summary>A matmul of square matrices on every core at once, by torch.mm and by the engine.</summary>
    private static void Peak(Cores cores, DeviceSpec device)
    {
        var size = device.IsCpu ? 1024 : 8192;
        foreach (
            var (name, matmul) in new (string, Func<torch.Tensor, torch.Tensor, torch.Tensor>)[]
            {
                ("matmul_peak_mm", (a, b) => torch.mm(a, b)),
                ("matmul_peak", (a, b) => LinearMatMul.Apply(a, b)),
            }
        )
        {
            foreach (var count in new[] { 1, cores.Count }.Distinct())
            {
                using var a = torch.randn([size, size], device: device.Torch);
                using var b = torch.randn([size, size], device: device.Torch);
                var seconds = cores.Best(40, count, _ =>
                {
                    using var scope = torch.NewDisposeScope();
                    using var noGrad = torch.no_grad();
                    matmul(a, b);
                });
                Cores.Report(
                    $"{name}_{(count == 1 ? "1_thread" : "all_threads")}",
                    count * 2.0 * size * size * size / seconds / 1e9,
                    "GF/s"
                );
            }
        }
    }

    private static void Train(Cores cores, DecoderShape shape, DeviceSpec device, int rows, int length)
    {
        using var weights = BenchModels.Weights(shape, device);
        using var trainer = new Trainer(weights, TrainerOptions.For(device, shape));
        var batch = Enumerable
            .Range(0, rows)
            .Select(i =>
            {
                var tokens = BenchModels.Tokens(shape, length, new KeyedRandom(2).Child(i));
                return new TrainingSequence(tokens, [.. tokens.Select((_, t) => t > 0)]);
            })
            .ToArray();
        var settings = new AdamWSettings(0.9, 0.95, 0.05, 1);
        var rate = rows * length / cores.Best(8, 1, _ => trainer.Supervised(batch, 1e-3, settings));
        Cores.Report($"train_{rows}x{length}", rate, "tokens/s");
        Cores.Report($"train_{rows}x{length}_rate", rate * 3 * ForwardOperations(shape, length) / 1e9, "GF/s");
    }

    /// <summary>One batch per core, with responses of full length.</summary>
    private static void Sample(Cores cores, DecoderShape shape, DeviceSpec device, int rows)
    {
        using var weights = BenchModels.Weights(shape, device);
        using var rotary = new RotaryTable(shape, device);
        var batches = Enumerable
            .Range(0, cores.Count)
            .Select(core =>
                Enumerable
                    .Range(0, rows / SamplesPerPrompt / cores.Count)
                    .Select(i =>
                    {
                        var random = new KeyedRandom(3).Child(core).Child(i);
                        return new GenerationRequest(BenchModels.Tokens(shape, PromptLength, random), SamplesPerPrompt, random);
                    })
                    .ToArray()
            )
            .ToArray();
        var seconds = cores.Best(4, cores.Count, core =>
        {
            using var generation = new Generation(weights, rotary, batches[core], new Decoding { MaxNewTokens = NewTokens }, []);
            while (!generation.Advance(TimeSpan.FromSeconds(1))) { }
        });
        var rate = batches.Sum(b => b.Length) * SamplesPerPrompt * NewTokens / seconds;
        Cores.Report($"sample_b{rows}", rate, "tokens/s");
        Cores.Report($"sample_b{rows}_rate", rate * ForwardOperations(shape, PromptLength + (NewTokens / 2.0)) / 1e9, "GF/s");
    }

    /// <summary>Floating-point operations of one token that attends to <paramref name="positions"/> positions.</summary>
    private static double ForwardOperations(DecoderShape shape, double positions) =>
        2 * (shape.WeightMultiplyAdds + (2.0 * shape.Layers * shape.Heads * shape.HeadDim * positions));
}
