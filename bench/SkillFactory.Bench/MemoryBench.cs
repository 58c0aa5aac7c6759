using System.Globalization;
using SkillFactory.Core.Advantages;
using SkillFactory.Core.Randomness;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.Sampling;
using SkillFactory.Engine.Devices;
using SkillFactory.Engine.Models;
using SkillFactory.Engine.Sampling;
using SkillFactory.Engine.Training;
using TorchSharp;

namespace SkillFactory.Bench;

/// <summary>
/// Measures memory over 200 GRPO steps of the tiny model. Each step samples groups on every core and updates the policy once. Responses end
/// at random, so that lengths and shapes vary as in a real run. Prints, every 20 steps, resident memory, the managed heap after a full
/// collection, the remaining native memory, and the number of live tensors.
/// </summary>
internal static class MemoryBench
{
    private const int Steps = 200;
    private const int ReportInterval = 20;
    private const int PromptsPerStep = 16;
    private const int GroupSize = 16;

    public static int Run(DeviceSpec device)
    {
        var shape = BenchModels.Shape("tiny");
        using var cores = new Cores(device);
        using var weights = BenchModels.Weights(shape, device);
        using var rotary = new RotaryTable(shape, device);
        using var trainer = new Trainer(weights, TrainerOptions.For(device, shape));
        Console.WriteLine("step resident_mib managed_mib native_mib tensors");
        for (var step = 1; step <= Steps; step++)
        {
            var sequences = Sample(cores, weights, rotary, step);
            var denominator = sequences.Sum(s => (long)s.LossTokens);
            cores.Seconds(1, _ =>
                trainer.Policy(sequences, new GrpoSettings(), 1, denominator, null, 3e-4, new AdamWSettings(0.9, 0.95, 0.05, 1))
            );
            if (step % ReportInterval == 0)
            {
                Print(step);
            }
        }

        return 0;
    }

    private static TrainingSequence[] Sample(Cores cores, DecoderWeights weights, RotaryTable rotary, int step)
    {
        var shape = weights.Layout.Shape;
        var perCore = PromptsPerStep / cores.Count;
        var finished = new TrainingSequence[cores.Count][];
        cores.Seconds(cores.Count, core =>
        {
            var random = new KeyedRandom(4).Child(step).Child(core);
            var requests = Enumerable
                .Range(0, perCore)
                .Select(i =>
                {
                    var key = random.Child(i);
                    return new GenerationRequest(BenchModels.Tokens(shape, 24 + (i % 8), key), GroupSize, key);
                })
                .ToArray();

            // About one token in 77 ends a response of at most 160.
            int[] stops = [.. Enumerable.Range(0, 10)];
            using var generation = new Generation(weights, rotary, requests, new Decoding { MaxNewTokens = 160 }, stops);
            while (!generation.Advance(TimeSpan.FromSeconds(1))) { }

            finished[core] =
            [
                .. generation
                    .Finished.GroupBy(g => g.Request)
                    .SelectMany(group =>
                    {
                        var advantages = GroupAdvantage.Of([.. group.Select(g => (double)(g.Tokens.Length % 2))], "std");
                        return group.Zip(advantages, (g, advantage) => Sequence(requests[g.Request].Prompt, g, (float)advantage));
                    }),
            ];
        });
        return [.. finished.SelectMany(s => s)];
    }

    private static TrainingSequence Sequence(int[] prompt, GeneratedSequence generated, float advantage) =>
        new([.. prompt, .. generated.Tokens], [.. prompt.Select(_ => false), .. generated.Tokens.Select(_ => true)])
        {
            Advantage = advantage,
            OldLogProbs = generated.LogProbs,
        };

    private static void Print(int step)
    {
        const double MiB = 1 << 20;
        var managed = GC.GetTotalMemory(forceFullCollection: true) / MiB;
        var resident = Environment.WorkingSet / MiB;
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{step} {resident:F0} {managed:F1} {resident - managed:F0} {torch.Tensor.TotalCount}"
            )
        );
    }
}
