using System.Globalization;
using SkillFactory.Core.Randomness;
using SkillFactory.Core.Sampling;
using SkillFactory.Engine.Models;
using SkillFactory.Engine.Sampling;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Engine.Training;

/// <summary>One check of the contract.</summary>
/// <param name="Name">What was compared.</param>
/// <param name="Difference">Largest absolute difference (relative to the gradient's norm for gradients).</param>
/// <param name="Limit">Largest allowed.</param>
public sealed record ContractCheck(string Name, double Difference, double Limit)
{
    public bool Holds => Difference <= Limit;
}

/// <summary>
/// What must hold before policy-gradient training means anything: the sampler's log-probabilities are the trainer's, with temperature and
/// without; packed equals unpacked; a batch split differently gives the same gradient. Takes about a second on a small model.
/// </summary>
public static class NumericalContract
{
    /// <summary>fp32 log-probabilities from differently shaped products differ by rounding only.</summary>
    public const double LogProbLimit = 2e-3;

    /// <summary>Relative to the gradient's norm.</summary>
    public const double GradientLimit = 2e-4;

    private static readonly double[] Temperatures = [1.0, 0.7];

    /// <summary>Runs all checks on responses sampled from the weights. Uses the calling thread (a device thread).</summary>
    /// <param name="weights">Not changed.</param>
    /// <param name="prompts">A few prompts, token ids.</param>
    /// <param name="stopTokens">End tokens.</param>
    /// <param name="random">Key.</param>
    /// <param name="maxNewTokens">Response limit for the check.</param>
    public static IReadOnlyList<ContractCheck> Measure(
        DecoderWeights weights,
        IReadOnlyList<int[]> prompts,
        IReadOnlyCollection<int> stopTokens,
        KeyedRandom random,
        int maxNewTokens = 48
    ) => Measure(weights, weights, prompts, stopTokens, random, maxNewTokens);

    /// <summary>With a sampler that has a copy of the weights of its own, as a worker does.</summary>
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

    /// <summary>Throws when a check does not hold; the run must not train.</summary>
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

    /// <summary>A sampled response as a training sequence: loss on every response token.</summary>
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

    /// <summary>Infinite when a value is missing or not a number: Max would pass over a NaN.</summary>
    private static double MaxDifference(float[] a, float[] b) =>
        a.Length == b.Length
            ? a.Zip(b, (p, q) => Math.Abs(p - (double)q)).Select(d => double.IsNaN(d) ? double.PositiveInfinity : d).DefaultIfEmpty(0).Max()
            : double.PositiveInfinity;
}
