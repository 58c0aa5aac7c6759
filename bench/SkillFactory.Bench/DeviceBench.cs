using SkillFactory.Core.Randomness;
using SkillFactory.Core.Sampling;
using SkillFactory.Engine.Devices;
using SkillFactory.Engine.Models;
using SkillFactory.Engine.Sampling;
using SkillFactory.Engine.Training;

namespace SkillFactory.Bench;

/// <summary>
/// Compares the results of a device with those of the CPU (log-probabilities, weights after some training steps, sampled responses) and
/// with a second run on the same device. Measures differences, not speed. Prints lines of the form "name value unit".
/// </summary>
internal static class DeviceBench
{
    private const int Steps = 10;
    private const int Sequences = 48;
    private const int Requests = 16;

    public static int Run(DeviceSpec device, string size)
    {
        var shape = BenchModels.Shape(size);
        var (cpu, first, second) = (Run(DeviceSpec.Cpu, shape), Run(device, shape), Run(device, shape));
        foreach (var check in first.Contract)
        {
            Report($"contract, {check.Name}", check.Difference, $"at most {check.Limit:G3}");
        }

        Report("log-probabilities against the CPU, largest difference", Largest(cpu.LogProbs, first.LogProbs), "nats");
        Report(
            $"weights after {Steps} steps against the CPU, distance relative to the distance trained",
            Distance(cpu.Weights, first.Weights) / Distance(cpu.Weights, cpu.Start),
            ""
        );
        Report("sampled responses equal to the CPU's", Equal(cpu.Responses, first.Responses), "share");
        Report("log-probabilities of a second run, values with different bits", Differing(first.LogProbs, second.LogProbs), "");
        Report("weights of a second run, values with different bits", Differing(first.Weights, second.Weights), "");
        Report("sampled responses equal in a second run", Equal(first.Responses, second.Responses), "share");
        return 0;
    }

    private static Results Run(DeviceSpec device, DecoderShape shape)
    {
        using var cores = new Cores(device);
        using var weights = BenchModels.Weights(shape, device);
        using var rotary = new RotaryTable(shape, device);
        var start = Values(weights.Values);
        Results? results = null;
        cores.Seconds(1, _ =>
        {
            using var trainer = new Trainer(weights, TrainerOptions.For(device, shape));

            // Rows of unequal length with repeated tokens, because GPU kernels sum their gradients in a varying order.
            var batch = Enumerable
                .Range(0, Sequences)
                .Select(i =>
                {
                    var tokens = BenchModels.Tokens(shape, 24 + (3 * i), new KeyedRandom(5).Child(i)).Select(t => t % 64).ToArray();
                    return new TrainingSequence(tokens, [.. tokens.Select((_, t) => t > 0)]);
                })
                .ToArray();
            var settings = new AdamWSettings(0.9, 0.95, 0.05, 1);
            for (var step = 0; step < Steps; step++)
            {
                trainer.Supervised(batch, 1e-3, settings);
            }

            var logProbs = trainer.LogProbs(batch, 1);
            var requests = Enumerable
                .Range(0, Requests)
                .Select(i => new GenerationRequest(
                    BenchModels.Tokens(shape, 8 + i, new KeyedRandom(6).Child(i)),
                    4,
                    new KeyedRandom(7).Child(i)
                ))
                .ToArray();
            using var generation = new Generation(weights, rotary, requests, new Decoding { MaxNewTokens = 64 }, [0, 1]);
            while (!generation.Advance(TimeSpan.FromSeconds(1))) { }

            var contract = NumericalContract.Measure(trainer, [.. requests.Select(r => r.Prompt)], [0, 1], new KeyedRandom(8));
            results = new Results(
                contract,
                start,
                Values(weights.Values),
                [.. logProbs.SelectMany(p => p)],
                [.. generation.Finished.Select(g => g.Tokens)]
            );
        });
        return results!;
    }

    private static double Largest(float[] a, float[] b) => a.Zip(b, (x, y) => Math.Abs((double)x - y)).Max();

    /// <summary>The values of each tensor.</summary>
    private static List<float[]> Values(ParameterBuckets weights)
    {
        var values = new List<float[]>();
        foreach (var slot in weights.Layout.Slots)
        {
            var tensor = new float[slot.Count];
            for (var first = 0; first < tensor.Length; first += ParameterBuckets.ChunkLimit)
            {
                weights.Read(slot, first, tensor.AsSpan(first, Math.Min(ParameterBuckets.ChunkLimit, tensor.Length - first)));
            }

            values.Add(tensor);
        }

        return values;
    }

    private static double Distance(IReadOnlyList<float[]> a, IReadOnlyList<float[]> b) =>
        Math.Sqrt(a.Zip(b).Sum(tensor => tensor.First.Zip(tensor.Second, (x, y) => ((double)x - y) * ((double)x - y)).Sum()));

    private static double Differing(IReadOnlyList<float[]> a, IReadOnlyList<float[]> b) =>
        a.Zip(b).Sum(tensor => Differing(tensor.First, tensor.Second));

    private static double Differing(float[] a, float[] b) =>
        a.Zip(b).Count(p => BitConverter.SingleToInt32Bits(p.First) != BitConverter.SingleToInt32Bits(p.Second));

    private static double Equal(IReadOnlyList<int[]> a, IReadOnlyList<int[]> b) =>
        a.Zip(b, (x, y) => x.SequenceEqual(y) ? 1.0 : 0).Average();

    private static void Report(string name, double value, string unit) => Cores.Report(name.Replace(' ', '_'), value, unit);

    private sealed record Results(
        IReadOnlyList<ContractCheck> Contract,
        IReadOnlyList<float[]> Start,
        IReadOnlyList<float[]> Weights,
        float[] LogProbs,
        IReadOnlyList<int[]> Responses
    );
}
