namespace SkillFactory.Evaluation.Statistics;

/// <summary>Self-consistency: the most frequent answer (Wang et al. 2023).</summary>
public static class Majority
{
    /// <summary>Numbers the distinct answers of one question: equal numbers for answers that are the same text but for white space, in
    /// order of first occurrence; −1 for no answer.</summary>
    /// <param name="answers">Extracted answers in sample order; null for none.</param>
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
    /// Probability that the most frequent answer among k of the samples is correct, over all subsets of size k. Samples without an answer
    /// do not vote; among equally frequent answers each is taken with the same probability; where nobody votes nothing is correct.
    /// </summary>
    /// <param name="groups">Per sample the number of its answer, −1 for none (<see cref="Groups"/>).</param>
    /// <param name="correct">Per sample whether it is correct. An answer's samples normally agree; if not, its share counts.</param>
    /// <param name="k">1 … the number of samples.</param>
    public static double AtK(IReadOnlyList<int> groups, IReadOnlyList<bool> correct, int k)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(correct.Count, groups.Count);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(k);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(k, groups.Count);
        var answers = groups
            .Zip(correct)
            .Where(s => s.First >= 0)
            .GroupBy(s => s.First)
            .Select(g => (Size: g.Count(), Right: g.Average(s => s.Second ? 1.0 : 0)))
            .ToList();
        var silent = groups.Count - answers.Sum(a => a.Size);
        if (k == groups.Count)
        {
            var most = answers.Count == 0 ? 0 : answers.Max(a => a.Size);
            return answers.Where(a => a.Size == most).Select(a => a.Right).DefaultIfEmpty(0).Average();
        }

        var sum = 0.0;
        for (var i = 0; i < answers.Count; i++)
        {
            for (var votes = 1; answers[i].Right > 0 && votes <= Math.Min(k, answers[i].Size); votes++)
            {
                sum += answers[i].Right * Choose(answers[i].Size, votes) * Others(answers, i, silent, votes, k - votes);
            }
        }

        return Math.Min(1, sum / Choose(groups.Count, k));
    }

    /// <summary>Ways to choose the remaining samples so that no other answer has more than <paramref name="votes"/>, each way divided by the
    /// number of answers that have as many.</summary>
    private static double Others(List<(int Size, double Right)> answers, int winner, int silent, int votes, int rest)
    {
        // ways[t, u]: u samples taken so far, t answers level with the winner.
        var ways = new double[answers.Count, rest + 1];
        for (var u = 0; u <= Math.Min(silent, rest); u++)
        {
            ways[0, u] = Choose(silent, u);
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
}
