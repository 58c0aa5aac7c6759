using SkillFactory.Core.Prompts;
using SkillFactory.Core.Randomness;
using SkillFactory.Core.Tasks;
using SkillFactory.Core.Tasks.Countdown;
using SkillFactory.Core.Tasks.Multiplication;

namespace SkillFactory.Engine.Pretraining.Corpus;

/// <summary>
/// Products by the digits of the left factor ("20*7=140;3*7=21;140+21=161") and reflections that recompute them ("140;21;161?161": the
/// true result of each step as written, x where a number is not available and the reflection stops, then the answer as written).
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
                // Another digit at the same place: 1 … 9 without the right one.
                var digit = random.Next(1, 8);
                written[place] = unit * (digit < Leading(parts[place]) ? digit : digit + 1);
                break;
            default:
                slip = random.Next((2 * parts.Count) - 1);
                break;
        }

        var steps = Steps(random, written, gold.Right, slip);
        var (recomputed, honest) = Recompute(gold, parts, steps);
        return new(
            MultiplicationTask.ToQuestion(gold, spec.Level, Wording.Compact),
            kind,
            Lead(random, gold, parts, steps, variant),
            CountdownChain.Text(steps),
            recomputed,
            honest && steps[^1].Result == gold.Product
        );
    }

    /// <summary>20 and 3 of 23; zeros are left out.</summary>
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

    /// <summary>Partial products, then their sums one by one; the result of step number <paramref name="slip"/> is off by a little.</summary>
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

    private static (string Text, bool Honest) Recompute(MultiplicationGold gold, List<long> parts, List<ChainStep> steps)
    {
        var pool = parts.ToList();
        var results = new List<string>();
        var honest = true;
        foreach (var step in steps)
        {
            var available =
                step.Operator == '*'
                    ? pool.Remove(step.Left) && step.Right == gold.Right
                    : pool.Remove(step.Left) && pool.Remove(step.Right);
            if (!available)
            {
                results.Add("x");
                honest = false;
                break;
            }

            var result = CountdownChain.Apply(step.Left, step.Operator, step.Right)!.Value;
            results.Add(result.ToString());
            honest &= result == step.Result;
            pool.Add(result);
        }

        return ($"{string.Join(';', results)}?{steps[^1].Result}", honest);
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
