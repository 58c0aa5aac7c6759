using SkillFactory.Core.Randomness;
using SkillFactory.Evaluation.Statistics;
using SkillFactory.Reporting.Measurements;
using SkillFactory.Reporting.Pages;
using SkillFactory.Reporting.Report;

namespace SkillFactory.Reporting.Tests.Measurements;

public sealed class TaskFamilyTests
{
    [Fact]
    public void Overall_is_the_mean_of_the_tasks_without_the_trained_level()
    {
        ReportedLevel[] levels =
        [
            new("countdown", "3", true, false),
            new("countdown", "4", false, true),
            new("countdown", "5", false, true),
            new("acronym", "4", false, false),
            new("csqa", "all", false, false),
        ];
        var families = TaskFamilies.Of(levels);
        Assert.Equal(["countdown", "acronym", "csqa", "overall"], families.Select(f => f.Group));
        Assert.Equal(["4", "5"], families[0].Levels.Select(l => l.Level));
        Assert.Equal([1 / 6.0, 1 / 6.0, 1 / 3.0, 1 / 3.0], families[3].Weights);

        // The means of the tasks are (0.2 + 0.4) / 2, 0.5 and 0.9.
        double[] accuracies = [0.2, 0.4, 0.5, 0.9];
        var clusters = accuracies
            .Select(a => (IReadOnlyList<Cluster>)[.. Enumerable.Range(0, 10).Select(q => new Cluster(q < 10 * a ? 1 : 0, 1))])
            .ToList();
        var means = new LevelMeans(KeyedRandom.Of(1, "m"), 200, 0.95);
        var overall = means.Mean(clusters, families[3].Weights)!;
        Assert.Equal((0.3 + 0.5 + 0.9) / 3, overall.Value, 12);
        Assert.InRange(overall.Value, overall.Interval!.Low, overall.Interval.High);
        Assert.Equal(means.Mean(clusters)!.Value, means.Mean(clusters, [0.25, 0.25, 0.25, 0.25])!.Value, 12);
    }

    [Fact]
    public void A_mean_of_levels_without_correct_answers_has_an_interval_with_a_width()
    {
        var means = new LevelMeans(KeyedRandom.Of(1, "m"), 200, 0.95);
        IReadOnlyList<Cluster> none = [.. Enumerable.Repeat(new Cluster(0, 1), 50)];
        IReadOnlyList<ClusterPair> pairs = [.. none.Zip(none, (left, right) => new ClusterPair(left, right))];
        var one = Wilson.Interval(0, 50, 0.95).High;

        // The interval of two equal levels is narrower by √2. The interval of a single level does not change.
        Assert.Equal(one / Math.Sqrt(2), means.Mean([none, none])!.Interval!.High, 12);
        Assert.Equal(0, means.Mean([none, none])!.Interval!.Low);
        Assert.Equal(Wilson.Interval(0, 50, 0.95), means.Mean([none])!.Interval);
        var difference = means.Difference([pairs, pairs])!;
        Assert.Equal(0, difference.Value);
        Assert.True(difference.Interval!.Low < -0.01 && difference.Interval.High > 0.01);
    }

    [Fact]
    public void A_task_whose_levels_were_all_trained_keeps_them()
    {
        var families = TaskFamilies.Of([new("countdown", "3", true, false)]);
        Assert.Equal(["3"], Assert.Single(families).Levels.Select(l => l.Level));
    }
}
