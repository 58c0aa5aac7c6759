using System.Globalization;
using SkillFactory.Core.Randomness;
using SkillFactory.Core.Sampling;
using SkillFactory.Engine.Models;
using SkillFactory.Engine.Sampling;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Engine.Training;

/// <summary>
/// Checks the assumptions of policy-gradient training on this machine: sampler and trainer compute the same log-probabilities, at
/// temperature 1 and below; packing does not change them; and splitting a batch does not change its gradient. Takes about a second on a
/// small model.
/// </summary>
public static class NumericalContract
{
    /// <summary>In nats. Log-probabilities from matmuls of different shapes differ by rounding.</summary>
    public const double LogProbLimit = 2e-3;

    /// <summary>Relative to the gradient's norm.</summary>
    public const double GradientLimit = 2e-4;

    private static readonly double[] Temperatures = [1.0, 0.7];

    /// <summary>Runs all checks on responses sampled from the weights, on the calling thread, which must be a device thread.</summary>
    /// <param name="weights">The weights; they do not change.</param>
    /// <param name="prompts">A few prompts as token ids.</param>
    /// <param name="stopTokens">Token ids that end a response.</param>
    /// <param name="random">Random numbers for sampling.</param>
    /// <param name="maxNewTokens">Token limit of the responses.</param>
    public static IReadOnlyList<ContractCheck> Measure(
        DecoderWeights weights,
        IReadOnlyList<int[]> prompts,
        IReadOnlyCollection<int> stopTokens,
        KeyedRandom random,
        int maxNewTokens = 48
    ) => Measure(weights, weights, prompts, stopTokens, random, maxNewTokens);

    /// <summary>Runs all checks with separate weights for the sampler.</summary>
    internal static IReadOnlyList<ContractCheck> Measure(
        DecoderWeights sampled,
        DecoderWeights weights,
        IReadOnlyList<int[]> prompts,
        IReadOnlyCollection<int> stopTokens,
        KeyedRandom random,
        int maxNewTokens
    )
    {
        var checks = new List<ContractCheck>();
        using var rotary = new RotaryTable(sampled.Layout.Shape, sampled.Device);
        var options = TrainerOptions.For(weights.Device, weights.Layout.Shape) with { Shards = 1 };
        using var trainer = new Trainer(weights, options);
        List<TrainingSequence> sequences = [];
        foreach (var temperature in Temperatures)
        {
            var requests = prompts.Select((p, i) => new GenerationRequest(p, 4, random.Child(i))).ToArray();
            using var generation = new Generation(
                sampled,
                rotary,
                requests,
                new Decoding { Temperature = temperature, MaxNewTokens = maxNewTokens },
                stopTokens
            );
            while (!generation.Advance(TimeSpan.FromSeconds(1))) { }

            sequences = [.. generation.Finished.Select(g => Sequence(prompts[g.Request], g))];
            checks.Add(
                new ContractCheck(
                    string.Create(CultureInfo.InvariantCulture, $"sampler against trainer log-probabilities at T = {temperature}"),
                    MaxDifference(sequences.Select(s => s.OldLogProbs!), trainer.LogProbs(sequences, temperature)),
                    LogProbLimit
                )
            );
        }

        using (var packed = new Trainer(weights, options with { Packing = true }))
        {
            checks.Add(
                new ContractCheck(
                    "packed against unpacked log-probabilities",
                    MaxDifference(trainer.LogProbs(sequences, 1), packed.LogProbs(sequences, 1)),
                    LogProbLimit
                )
            );
        }

        var whole = Gradient(weights, sequences, options with { MicroBatchArea = int.MaxValue });
        foreach (var parts in new[] { 2, 4 })
        {
            var area = Math.Max(1, sequences.Sum(s => s.Tokens.Length) / parts);
            var split = Gradient(weights, sequences, options with { MicroBatchArea = area });
            var norm = Math.Sqrt(whole.Sum(g => (double)g * g));
            checks.Add(
                new ContractCheck(
                    $"gradient of the batch whole against in {parts} parts",
                    MaxDifference(whole, split) / Math.Max(norm, 1e-12),
                    GradientLimit
                )
            );
        }

        return checks;
    }

    /// <summary>Requires that all checks hold.</summary>
    /// <exception cref="UserErrorException">A check does not hold.</exception>
    public static void Require(IReadOnlyList<ContractCheck> checks)
    {
        var broken = checks.Where(c => !c.Holds).ToArray();
        if (broken.Length > 0)
        {
            throw new UserErrorException(
                "the numerical contract does not hold on this machine, so training is refused: "
                    + string.Join(
                        "; ",
                        broken.Select(c =>
                            string.Create(
                                CultureInfo.InvariantCulture,
                                $"{c.Name} differs by {c.Difference:G3}, at most {c.Limit:G3} is allowed"
                            )
                        )
                    )
            );
        }
    }

    /// <summary>Makes a training sequence of a sampled response, with loss on every response token.</summary>
    public static TrainingSequence Sequence(int[] prompt, GeneratedSequence generated) =>
        new([.. prompt, .. generated.Tokens], [.. prompt.Select(_ => false), .. generated.Tokens.Select(_ => true)])
        {
            OldLogProbs = generated.LogProbs,
        };

    private static float[] Gradient(DecoderWeights weights, IReadOnlyList<TrainingSequence> sequences, TrainerOptions options)
    {
        using var trainer = new Trainer(weights, options);
        trainer.SupervisedGradient(sequences);
        return trainer.GradientToArray();
    }

    private static double MaxDifference(IEnumerable<float[]> a, IEnumerable<float[]> b) => a.Zip(b, MaxDifference).DefaultIfEmpty(0).Max();

    /// <summary>Infinite if the lengths differ or a value is NaN, which Max would ignore.</summary>
    private static double MaxDifference(float[] a, float[] b) =>
        a.Length == b.Length
            ? a.Zip(b, (p, q) => Math.Abs(p - (double)q)).Select(d => double.IsNaN(d) ? double.PositiveInfinity : d).DefaultIfEmpty(0).Max()
            : double.PositiveInfinity;
}
