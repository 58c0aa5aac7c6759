using SkillFactory.Core.Prompts;
using SkillFactory.Core.Randomness;
using SkillFactory.Core.Tasks;
using SkillFactory.Core.Tasks.Countdown;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Engine.Pretraining.Corpus;

/// <summary>
/// Countdown attempts as step lists ("8*6=48;48-4=44") and reflections that recompute them ("48;44?38"): the true result of each step,
/// or an x at the first number that is not available, then the target.
/// </summary>
internal sealed class CountdownCorpus : TaskCorpus
{
    private const int Tries = 64;

    private readonly CountdownSettings _settings;
    private readonly CountdownGenerator _generator;
    private readonly string _level;

    public CountdownCorpus(QuestionSpec spec)
    {
        _settings = CountdownSettings.Read(spec);
        _level = spec.Level;
        _generator = new(_settings);
        if (!_settings.Forward)
        {
            throw new UserErrorException("corpus: task countdown needs generator forward, whose chains are the solutions");
        }
    }

    public override AttemptDraft? TryDraft(RandomStream random, AttemptKind kind, string variant)
    {
        if (_generator.TryDraw(random, IsForTraining) is not { } draw)
        {
            return null;
        }

        var steps = kind switch
        {
            AttemptKind.Solution => [.. draw.Chain],
            AttemptKind.Wishful => Wishful(random, draw.Gold),
            AttemptKind.WrongNumber => WrongNumber(random, draw.Gold),
            _ => RandomChain(random, draw.Gold),
        };
        return steps is null ? null : ToDraft(random, draw, kind, steps, variant);
    }

    public override IReadOnlyList<(AttemptDraft Draft, string Variant)>? TryWays(RandomStream random, int count, Func<string> variant)
    {
        if (_generator.TryDraw(random, IsForTraining) is not { } draw)
        {
            return null;
        }

        var ways = new CountdownWays(draw.Gold, _settings).Draw(random, count, [.. draw.Chain]);
        return ways.Count < WaySettings.Least
            ? null
            :
            [
                .. ways.Select(steps =>
                {
                    var name = variant();
                    return (ToDraft(random, draw, AttemptKind.Solution, steps, name), name);
                }),
            ];
    }

    private AttemptDraft ToDraft(RandomStream random, CountdownDraw draw, AttemptKind kind, ChainStep[] steps, string variant)
    {
        var (recomputed, correct) = Recompute(draw.Gold, steps);
        return new(
            CountdownTask.ToQuestion(draw, _level, Wording.Compact),
            kind,
            Lead(random, draw.Gold, steps, variant),
            CountdownChain.Text(steps),
            recomputed,
            correct
        );
    }

    private ChainStep[]? RandomChain(RandomStream random, CountdownGold gold) => Chain(random, Shuffled(random, gold));

    private ChainStep[]? Wishful(RandomStream random, CountdownGold gold)
    {
        for (var i = 0; i < Tries; i++)
        {
            if (RandomChain(random, gold) is { } steps && steps[^1].Result != gold.Target)
            {
                steps[^1] = steps[^1] with { Result = gold.Target };
                return steps;
            }
        }

        return null;
    }

    private ChainStep[]? WrongNumber(RandomStream random, CountdownGold gold)
    {
        var order = Shuffled(random, gold);
        if (order.Length > 2 && random.NextBool(0.5) && Chain(random, order.AsSpan(0, order.Length - 1)) is { } start)
        {
            // Reaches the target by using the number that it needs.
            var running = start[^1].Result;
            var op = running < gold.Target ? '+' : '-';
            var needed = Math.Abs(gold.Target - running);
            if (needed > 0 && needed != order[^1] && gold.Operators.Contains(op))
            {
                return [.. start, new(running, op, needed, gold.Target)];
            }
        }

        var place = random.Next(order.Length);
        var wrong = random.Next(_settings.Min, _settings.Max);
        order[place] = wrong == order[place] ? _settings.Max + 1 : wrong;
        return Chain(random, order);
    }

    private ChainStep[]? Chain(RandomStream random, ReadOnlySpan<int> order)
    {
        var steps = new ChainStep[order.Length - 1];
        for (var i = 0; i < Tries; i++)
        {
            if (CountdownChain.TryDraw(random, order, _settings.Operators, _settings.MaxIntermediate, steps))
            {
                return steps;
            }
        }

        return null;
    }

    private static int[] Shuffled(RandomStream random, CountdownGold gold)
    {
        var order = gold.Numbers.ToArray();
        random.Shuffle(order);
        return order;
    }

    private static (string Text, bool Correct) Recompute(CountdownGold gold, ChainStep[] steps)
    {
        var pool = gold.Numbers.Select(n => (long)n).ToList();
        var results = new List<string>();
        var valid = true;
        foreach (var step in steps)
        {
            if (!pool.Remove(step.Left) || !pool.Remove(step.Right))
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

        return ($"{string.Join(';', results)}?{gold.Target}", valid && steps[^1].Result == gold.Target);
    }

    private string Lead(RandomStream random, CountdownGold gold, ChainStep[] steps, string variant) =>
        variant switch
        {
            PromptVariant.PlanAndExecute => $"Plan:{string.Concat(steps.Select(s => s.Operator))}\n",
            PromptVariant.Alternatively => $"Options:{EitherOrder(random, Operation(steps[0]), OtherStart(random, gold, steps[0]))}\n",
            PromptVariant.Rephrase => $"Make:{gold.Target} Of:{string.Join(',', gold.Numbers)}\n",
            _ => "",
        };

    /// <summary>A first operation on two given numbers that differs from the one used, if there is another.</summary>
    private string OtherStart(RandomStream random, CountdownGold gold, ChainStep used)
    {
        for (var i = 0; i < Tries; i++)
        {
            var order = Shuffled(random, gold);
            var op = _settings.Operators[random.Next(_settings.Operators.Length)];
            if (
                CountdownChain.Apply(order[0], op, order[1]) is { } result
                && result <= _settings.MaxIntermediate
                && (order[0], op, order[1]) != (used.Left, used.Operator, used.Right)
            )
            {
                return $"{order[0]}{op}{order[1]}";
            }
        }

        return Operation(used);
    }

    private static string Operation(ChainStep step) => $"{step.Left}{step.Operator}{step.Right}";
}
