using System.Globalization;
using SkillFactory.Core.Randomness;
using SkillFactory.Core.Sampling;
using SkillFactory.Engine.Models;
using SkillFactory.Engine.Sampling;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Engine.Training;

/// <summary>
/// Checks the assumptions of policy-gradient training on this machine: sampler and trainer compute the same log-probabilities, at
/// temperature 1 and below; packing does not change them; and splitting a batch does not change its gradient. It works in the trainer's own
/// buffers, on few tokens: about a second on a small model.
/// </summary>
public static class NumericalContract
{
    /// <summary>In nats. Log-probabilities from matmuls of different shapes differ by rounding.</summary>
    public const double LogProbLimit = 2e-3;

    /// <summary>Relative to the gradient's norm.</summary>
    public const double GradientLimit = 2e-4;

    private const int SamplesPerPrompt = 4;

    /// <summary>Logits of all response tokens, at most, unless responses would be too short to check.</summary>
    private const long LogitLimit = 1 << 25;

    /// <summary>Fewest tokens of a response.</summary>
    private const int MinNewTokens = 8;

    /// <summary>Token positions of the batch whose gradient is split, at most, unless it would be too small to split.</summary>
    private const int GradientArea = 1024;

    private static readonly double[] Temperatures = [1.0, 0.7];
    private static readonly int[] Parts = [2, 4];

    /// <summary>Runs all checks on responses sampled from the trainer's weights, on the calling thread, which must be a device
    /// thread.</summary>
    /// <param name="trainer">The trainer. Its last gradient changes, nothing else.</param>
    /// <param name="prompts">A few prompts as token ids.</param>
    /// <param name="stopTokens">Token ids that end a response.</param>
    /// <param name="random">Random numbers for sampling.</param>
    /// <param name="maxNewTokens">Token limit of the responses; lower for large vocabularies.</param>
    public static IReadOnlyList<ContractCheck> Measure(
        Trainer trainer,
        IReadOnlyList<int[]> prompts,
        IReadOnlyCollection<int> stopTokens,
        KeyedRandom random,
        int maxNewTokens = 48
    ) => Measure(trainer.Weights, trainer, prompts, stopTokens, random, maxNewTokens);

    /// <summary>Runs all checks with separate weights for the sampler.</summary>
    internal static IReadOnlyList<ContractCheck> Measure(
        DecoderWeights sampled,
        Trainer trainer,
        IReadOnlyList<int[]> prompts,
        IReadOnlyCollection<int> stopTokens,
        KeyedRandom random,
        int maxNewTokens
    )
    {
        var checks = new List<ContractCheck>();
        using var rotary = SharedRotary.Acquire(sampled.Layout.Shape, sampled.Device);
        var affordable = LogitLimit / ((long)sampled.Layout.Shape.VocabSize * prompts.Count * SamplesPerPrompt);
        var newTokens = (int)Math.Min(maxNewTokens, Math.Max(MinNewTokens, affordable));
        List<TrainingSequence> sequences = [];
        foreach (var temperature in Temperatures)
        {
            var requests = prompts.Select((p, i) => new GenerationRequest(p, SamplesPerPrompt, random.Child(i))).ToArray();
            using var generation = new Generation(
                sampled,
                rotary.Table,
                requests,
                new Decoding { Temperature = temperature, MaxNewTokens = newTokens },
                stopTokens
            );
            while (!generation.Advance(TimeSpan.FromSeconds(1))) { }

            sequences = [.. generation.Finished.Select(g => Sequence(prompts[g.Request], g))];
            checks.Add(
                new ContractCheck(
                    string.Create(CultureInfo.InvariantCulture, $"sampler against trainer log-probabilities at T = {temperature}"),
                    MaxDifference(sequences.Select(s => s.OldLogProbs!), trainer.LogProbs(sequences, temperature, packing: false)),
                    LogProbLimit
                )
            );
        }

        checks.Add(
            new ContractCheck(
                "packed against unpacked log-probabilities",
                MaxDifference(trainer.LogProbs(sequences, 1, packing: false), trainer.LogProbs(sequences, 1, packing: true)),
                LogProbLimit
            )
        );
        checks.AddRange(SplitGradients(trainer, Few(sequences)));
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

    /// <summary>The shortest sequences: as many as <see cref="GradientArea"/> allows, but enough to split.</summary>
    private static List<TrainingSequence> Few(List<TrainingSequence> sequences)
    {
        var ordered = sequences.OrderBy(s => s.Tokens.Length).ToList();
        var count = ordered.Count;
        while (count > Parts.Max() && (long)count * ordered[count - 1].Tokens.Length > GradientArea)
        {
            count--;
        }

        return ordered[..count];
    }

    private static IEnumerable<ContractCheck> SplitGradients(Trainer trainer, List<TrainingSequence> sequences)
    {
        trainer.SupervisedGradient(sequences, int.MaxValue);
        var whole = new GradientSample(trainer.Gradient);
        foreach (var parts in Parts)
        {
            trainer.SupervisedGradient(sequences, Math.Max(1, sequences.Sum(s => s.Tokens.Length) / parts));
            var difference = whole.MaxDifference(new GradientSample(trainer.Gradient));
            yield return new ContractCheck(
                $"gradient of the batch whole against in {parts} parts",
                difference / Math.Max(whole.Norm, 1e-12),
                GradientLimit
            );
        }
    }

    private static double MaxDifference(IEnumerable<float[]> a, IEnumerable<float[]> b) => a.Zip(b, MaxDifference).DefaultIfEmpty(0).Max();

    /// <summary>Infinite if the lengths differ or a value is NaN, which Max would ignore.</summary>
    private static double MaxDifference(float[] a, float[] b) =>
        a.Length == b.Length
            ? a.Zip(b, (p, q) => Math.Abs(p - (double)q)).Select(d => double.IsNaN(d) ? double.PositiveInfinity : d).DefaultIfEmpty(0).Max()
            : double.PositiveInfinity;
}
