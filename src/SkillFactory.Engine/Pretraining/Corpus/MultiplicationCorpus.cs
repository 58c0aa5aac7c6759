using SkillFactory.Core.Prompts;
using SkillFactory.Core.Randomness;
using SkillFactory.Core.Tasks;
using SkillFactory.Core.Tasks.Countdown;
using SkillFactory.Core.Tasks.Multiplication;

namespace SkillFactory.Engine.Pretraining.Corpus;

/// <summary>
/// Multiplication attempts by the digits of the left factor ("20*7=140;3*7=21;140+21=161") and reflections that recompute them
/// ("140;21;161?161"): the true result of each step, or an x at the first number that is not available, then the answer of the attempt.
/// </summary>
internal sealed class MultiplicationCorpus(QuestionSpec spec) : TaskCorpus
{
    private readonly MultiplicationLevel _level = MultiplicationLevel.Read(spec);

    public override AttemptDraft? TryDraft(RandomStream random, AttemptKind kind, string variant)
    {
        var gold = _level.Draw(random);
        if (!IsForTraining(gold.Identity.Split))
        {
            return null;
        }

        var parts = Parts(gold.Left);
        var written = parts.ToArray();
        var slip = -1;
        switch (kind)
        {
            case AttemptKind.Solution:
                break;
            case AttemptKind.WrongNumber:
                var place = random.Next(parts.Count);
                var unit = parts[place] / Leading(parts[place]);
                // Another digit from 1 to 9 in the same place.
                var digit = random.Next(1, 8);
                written[place] = unit * (digit < Leading(parts[place]) ? digit : digit + 1);
                break;
            default:
                slip = random.Next((2 * parts.Count) - 1);
                break;
        }

        var steps = Steps(random, written, gold.Right, slip);
        var (recomputed, valid) = Recompute(gold, parts, steps);
        return new(
            MultiplicationTask.ToQuestion(gold, spec.Level, Wording.Compact),
            kind,
            Lead(random, gold, parts, steps, variant),
            CountdownChain.Text(steps),
            recomputed,
            valid && steps[^1].Result == gold.Product
        );
    }

    /// <summary>The non-zero digits as numbers: 20 and 3 for 23.</summary>
    private static List<long> Parts(long number)
    {
        var parts = new List<long>();
        for (var unit = 1L; unit <= number; unit *= 10)
        {
            if (number / unit % 10 is var digit and > 0)
            {
                parts.Insert(0, digit * unit);
            }
        }

        return parts;
    }

    private static long Leading(long part)
    {
        while (part >= 10)
        {
            part /= 10;
        }

        return part;
    }

    /// <summary>The partial products, then their sums one by one. The result of step <paramref name="slip"/> is slightly wrong.</summary>
    private static List<ChainStep> Steps(RandomStream random, long[] parts, long right, int slip)
    {
        var steps = new List<ChainStep>();
        foreach (var part in parts)
        {
            Add(part, '*', right);
        }

        var sum = steps[0].Result;
        for (var i = 1; i < parts.Length; i++)
        {
            sum = Add(sum, '+', steps[i].Result);
        }

        return steps;

        long Add(long a, char op, long b)
        {
            var result = CountdownChain.Apply(a, op, b)!.Value;
            if (steps.Count == slip)
            {
                var off = random.Next(3) == 0 ? 10 : random.Next(1, 9);
                result = random.NextBool(0.5) && result > off ? result - off : result + off;
            }

            steps.Add(new(a, op, b, result));
            return result;
        }
    }

    private static (string Text, bool Valid) Recompute(MultiplicationGold gold, List<long> parts, List<ChainStep> steps)
    {
        var pool = parts.ToList();
        var results = new List<string>();
        var valid = true;
        foreach (var step in steps)
        {
            var available =
                step.Operator == '*'
                    ? pool.Remove(step.Left) && step.Right == gold.Right
                    : pool.Remove(step.Left) && pool.Remove(step.Right);
            if (!available)
            {
                results.Add("x");
                valid = false;
                break;
            }

            var result = CountdownChain.Apply(step.Left, step.Operator, step.Right)!.Value;
            results.Add(result.ToString());
            valid &= result == step.Result;
            pool.Add(result);
        }

        return ($"{string.Join(';', results)}?{steps[^1].Result}", valid);
    }

    private static string Lead(RandomStream random, MultiplicationGold gold, List<long> parts, List<ChainStep> steps, string variant)
    {
        switch (variant)
        {
            case PromptVariant.PlanAndExecute:
                return $"Plan:{string.Concat(steps.Select(s => s.Operator))}\n";
            case PromptVariant.Alternatively:
                var other = parts.Count > 1 ? $"{parts[^1]}*{gold.Right}" : $"{gold.Right}*{parts[0]}";
                return $"Options:{EitherOrder(random, $"{steps[0].Left}*{steps[0].Right}", other)}\n";
            case PromptVariant.Rephrase:
                return $"Product Of:{gold.Left},{gold.Right}\n";
            default:
                return "";
        }
    }
}
