using System.Diagnostics;
using SkillFactory.Core.Randomness;
using SkillFactory.Core.Sampling;
using SkillFactory.Engine.Devices;
using SkillFactory.Engine.MatMul;
using SkillFactory.Engine.Models;
using SkillFactory.Engine.Sampling;
using SkillFactory.Engine.Sampling.Drawing;
using TorchSharp;

namespace SkillFactory.Bench;

/// <summary>
/// Measures parts of the sampler on one core: drawing a token from a large vocabulary, products of few rows, and a group of responses to
/// one prompt with and without sharing what was read of it. Prints lines of the form "name value unit".
/// </summary>
internal static class SamplerBench
{
    private const int Vocabulary = 151_936;
    private const int Draws = 400;
    private const int GroupSize = 16;
    private const int PromptLength = 512;
    private const int NewTokens = 64;

    /// <summary>Draws from logits with the spread of a language model's: most of the mass is on a few hundred tokens.</summary>
    public static int Draw()
    {
        var stream = new KeyedRandom(5).Stream();
        var logits = new float[Vocabulary];
        foreach (ref var logit in logits.AsSpan())
        {
            logit = (float)(2.5 * stream.NextNormal());
        }

        foreach (
            var (name, decoding) in new[]
            {
                ("temperature", new Decoding { Temperature = 0.7 }),
                ("top_k_20", new Decoding { TopK = 20 }),
                ("top_p_0.8", new Decoding { TopP = 0.8 }),
                ("top_k_20_top_p_0.8", new Decoding { TopK = 20, TopP = 0.8 }),
            }
        )
        {
            var sampler = new TokenSampler(Vocabulary, decoding);
            var best = double.PositiveInfinity;
            for (var i = 0; i < Draws; i++)
            {
                var started = Stopwatch.GetTimestamp();
                sampler.Draw(logits, stream.NextDouble(), [], []);
                best = Math.Min(best, Stopwatch.GetElapsedTime(started).TotalMicroseconds);
            }

            Cores.Report($"draw_{name}", best, "µs");
        }

        return 0;
    }

    /// <summary>Products of few rows with weights that no cache holds, as in the decoding of one response: weights read per second, by
    /// libtorch and by the engine, in fp32 and in bf16.</summary>
    public static int FewRows()
    {
        using var cores = new Cores(DeviceSpec.Cpu);
        using var weight = torch.randn([40_000, 896]);
        using var narrow = weight.to(torch.ScalarType.BFloat16);
        foreach (var rows in new[] { 1, 2, 4, 8, 16 })
        {
            using var x = torch.randn([rows, 896]);
            foreach (
                var (name, bytes, product) in new (string, int, Func<torch.Tensor>)[]
                {
                    ("linear", sizeof(float), () => torch.nn.functional.linear(x, weight)),
                    ("engine", sizeof(float), () => LinearMatMul.Apply(x, weight)),
                    ("linear_bf16", sizeof(ushort), () => torch.nn.functional.linear(x.to(torch.ScalarType.BFloat16), narrow)),
                    ("engine_bf16", sizeof(ushort), () => LinearMatMul.Apply(x, narrow)),
                }
            )
            {
                var seconds = cores.Best(12, 1, _ =>
                {
                    using var scope = torch.NewDisposeScope();
                    using var noGrad = torch.no_grad();
                    product();
                });
                Cores.Report($"rows_{rows}_{name}", weight.numel() * (double)bytes / seconds / 1e9, "GB/s");
            }
        }

        return 0;
    }

    public static int Group(DeviceSpec device, string size)
    {
        var shape = BenchModels.Shape(size);
        shape = shape with { MaxPositions = Math.Max(shape.MaxPositions, PromptLength + NewTokens) };
        using var cores = new Cores(device);
        using var weights = BenchModels.Weights(shape, device);
        using var rotary = new RotaryTable(shape, device);
        var random = new KeyedRandom(6);
        var prompt = BenchModels.Tokens(shape, PromptLength, random);
        GenerationRequest[] shared = [new GenerationRequest(prompt, GroupSize, random)];
        GenerationRequest[] single = [.. Enumerable.Range(0, GroupSize).Select(i => new GenerationRequest(prompt, 1, random.Child(i)))];
        foreach (var (name, requests) in new[] { ("shared", shared), ("unshared", single) })
        {
            var seconds = cores.Best(1, 1, _ =>
            {
                using var generation = new Generation(weights, rotary, requests, new Decoding { MaxNewTokens = NewTokens }, []);
                while (!generation.Advance(TimeSpan.FromSeconds(1))) { }
            });
            Cores.Report($"group_{name}", seconds, "s");
        }

        return 0;
    }
}
