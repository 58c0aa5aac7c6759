using SkillFactory.Core.Randomness;
using SkillFactory.Evaluation.Statistics;

namespace SkillFactory.Evaluation.Tests.Statistics;

public class MajorityTests
{
    /// <summary>Mean over every subset of size k. Each of several tied answers has the same probability.</summary>
    private static double Enumerated(int[] groups, bool[] correct, int k)
    {
        var subsets = Enumerable.Range(0, 1 << groups.Length).Where(mask => int.PopCount(mask) == k).ToList();
        return subsets.Average(mask =>
        {
            var votes = Enumerable
                .Range(0, groups.Length)
                .Where(i => (mask >> i & 1) == 1 && groups[i] >= 0)
                .GroupBy(i => groups[i])
                .ToList();
            var most = votes.Count == 0 ? 0 : votes.Max(v => v.Count());
            return votes.Where(v => v.Count() == most).Select(v => correct[v.First()] ? 1.0 : 0).DefaultIfEmpty(0).Average();
        });
    }

    [Fact]
    public void AtK_is_the_mean_over_all_subsets()
    {
        var cases = 0;
        for (long seed = 0; seed < 60; seed++)
        {
            var stream = KeyedRandom.Of(seed, "votes").Stream();
            int[] groups = [.. Enumerable.Range(0, 1 + stream.Next(8)).Select(_ => stream.Next(5) - 1)];
            var correctAnswers = stream.Next(32);
            bool[] correct = [.. groups.Select(g => g >= 0 && (correctAnswers >> g & 1) == 1)];
            for (var k = 1; k <= groups.Length; k++)
            {
                Assert.Equal(Enumerated(groups, correct, k), Majority.AtK(groups, correct, k), 12);
                cases++;
            }
        }

        Assert.True(cases > 200);
    }

    [Theory]
    // A tie of a correct and a wrong answer counts one half.
    [InlineData("a b", "a", 2, 0.5)]
    [InlineData("a a b", "a", 3, 1)]
    [InlineData("a b b c", "a", 4, 0)]
    [InlineData("a b c", "a", 3, 1.0 / 3)]
    // One of the three samples has no answer. The pairs (a, -) and (b, -) have one vote, and (a, b) is a tie.
    [InlineData("a b -", "a", 2, 0.5)]
    [InlineData("- -", "", 2, 0)]
    public void Matches_worked_examples(string votes, string right, int k, double expected)
    {
        var answers = votes.Split(' ').Select(v => v == "-" ? null : v).ToList();
        Assert.Equal(
            expected,
            Majority.AtK(Majority.Groups(answers), [.. answers.Select(a => a is not null && right.Split(' ').Contains(a))], k),
            12
        );
    }

    [Fact]
    public void Majority_of_one_sample_is_the_accuracy() =>
        Assert.Equal(0.5, Majority.AtK([0, 1, 2, -1], [true, true, false, false], 1), 12);

    [Fact]
    public void Answers_that_differ_in_white_space_are_equal() =>
        Assert.Equal([0, 1, 1, -1, 1, 0], Majority.Groups(["(1+2)*3", "1 + 2", "1+2", null, "1+ 2\n", "(1 + 2) * 3"]));
}
