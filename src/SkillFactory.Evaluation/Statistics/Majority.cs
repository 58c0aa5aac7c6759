namespace SkillFactory.Evaluation.Statistics;

/// <summary>Self-consistency: the most frequent answer (Wang et al. 2023).</summary>
public static class Majority
{
    /// <summary>Numbers the distinct answers of one question in the order of their first occurrence. Answers that differ only in white
    /// space get the same number. A missing answer gets −1.</summary>
    /// <param name="answers">Extracted answers in sample order; null for a sample without an answer.</param>
    public static IReadOnlyList<int> Groups(IEnumerable<string?> answers)
    {
        var known = new Dictionary<string, int>(StringComparer.Ordinal);
        return
        [
            .. answers.Select(answer =>
            {
                if (answer is null)
                {
                    return -1;
                }

                var key = string.Concat(answer.Where(c => !char.IsWhiteSpace(c)));
                known.TryAdd(key, known.Count);
                return known[key];
            }),
        ];
    }

    /// <summary>
    /// Probability that the most frequent answer among k samples is correct, over all subsets of size k. Samples without an answer do not
    /// vote. Each of several equally frequent answers is chosen with the same probability. A subset without votes is not correct.
    /// </summary>
    /// <param name="groups">The answer number of each sample, −1 for no answer (<see cref="Groups"/>).</param>
    /// <param name="correct">Whether each sample is correct. When samples with the same answer disagree, the share of correct ones
    /// counts.</param>
    /// <param name="k">From 1 to the number of samples.</param>
    public static double AtK(IReadOnlyList<int> groups, IReadOnlyList<bool> correct, int k)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(correct.Count, groups.Count);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(k);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(k, groups.Count);
        var answers = groups
            .Zip(correct)
            .Where(s => s.First >= 0)
            .GroupBy(s => s.First)
            .Select(g => new Answer(g.Count(), g.Average(s => s.Second ? 1.0 : 0)))
            .ToList();
        var withoutAnswer = groups.Count - answers.Sum(a => a.Size);
        if (k == groups.Count)
        {
            var most = answers.Count == 0 ? 0 : answers.Max(a => a.Size);
            return answers.Where(a => a.Size == most).Select(a => a.CorrectShare).DefaultIfEmpty(0).Average();
        }

        var sum = 0.0;
        for (var i = 0; i < answers.Count; i++)
        {
            for (var votes = 1; answers[i].CorrectShare > 0 && votes <= Math.Min(k, answers[i].Size); votes++)
            {
                sum += answers[i].CorrectShare * Choose(answers[i].Size, votes) * WaysToLose(answers, i, withoutAnswer, votes, k - votes);
            }
        }

        return Math.Min(1, sum / Choose(groups.Count, k));
    }

    /// <summary>Counts the ways to choose the remaining samples so that no other answer gets more than <paramref name="votes"/> votes. A
    /// way counts 1 / t when t answers, the winner included, have that many votes.</summary>
    private static double WaysToLose(List<Answer> answers, int winner, int withoutAnswer, int votes, int rest)
    {
        // ways[t, u]: u samples chosen so far, t other answers tied with the winner.
        var ways = new double[answers.Count, rest + 1];
        for (var u = 0; u <= Math.Min(withoutAnswer, rest); u++)
        {
            ways[0, u] = Choose(withoutAnswer, u);
        }

        for (var i = 0; i < answers.Count; i++)
        {
            if (i == winner)
            {
                continue;
            }

            var next = new double[answers.Count, rest + 1];
            for (var t = 0; t < answers.Count; t++)
            {
                for (var u = 0; u <= rest; u++)
                {
                    for (var a = 0; ways[t, u] > 0 && a <= Math.Min(Math.Min(votes, answers[i].Size), rest - u); a++)
                    {
                        next[t + (a == votes ? 1 : 0), u + a] += ways[t, u] * Choose(answers[i].Size, a);
                    }
                }
            }

            ways = next;
        }

        return Enumerable.Range(0, answers.Count).Sum(t => ways[t, rest] / (t + 1));
    }

    private static double Choose(int n, int k)
    {
        var ways = 1.0;
        for (var i = 1; i <= k; i++)
        {
            ways = ways * (n - k + i) / i;
        }

        return ways;
    }

    /// <param name="Size">Samples that gave this answer.</param>
    /// <param name="CorrectShare">Share of these samples that are correct: normally 0 or 1.</param>
    private readonly record struct Answer(int Size, double CorrectShare);
}
