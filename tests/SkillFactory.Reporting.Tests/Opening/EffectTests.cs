using System.Globalization;
using System.Xml.Linq;
using SkillFactory.Reporting.Opening;
using SkillFactory.Reporting.Pages;
using SkillFactory.Reporting.Report;

namespace SkillFactory.Reporting.Tests.Opening;

public sealed class EffectTests
{
    public static TheoryData<int, int> Cases
    {
        get
        {
            var cases = new TheoryData<int, int>();
            for (var seed = 0; seed < 60; seed++)
            {
                cases.Add(seed, 1 + (seed % 12));
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_largest_gain_and_the_largest_loss_are_in_the_opening_of_the_page(int seed, int baselines)
    {
        var made = RandomReport.Make(seed, baselines);
        var opening = Opening(made.Report);
        Assert.All(made.Report.Summary, sentence => Assert.Contains(sentence, opening));
        foreach (
            var (name, extreme) in new[]
            {
                ("gain", made.Differences.MaxBy(d => d.Difference)),
                ("loss", made.Differences.MinBy(d => d.Difference)),
            }
        )
        {
            var effect = made
                .Report.Effects.Single(p => p.Model == extreme.Model && p.Against == extreme.Against)
                .Levels.Single(e => ReportedLevel.LabelOf(e.Task, e.Level) == extreme.Level);
            Assert.Equal(extreme.Difference, effect.Difference.Value, 9);
            Assert.Equal(effect.Difference.Value, effect.To - effect.From, 9);
            var (from, to) = (Percent(effect.From), Percent(effect.To));
            Assert.Contains(
                $"Largest {name}: {extreme.Level}, from {from} % ({LabelOf(extreme.Against)}) to {to} % ({LabelOf(extreme.Model)})",
                opening
            );
            Assert.Contains($"{extreme.Level} {from} → {to} %", opening);
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void No_significant_and_no_large_difference_of_a_shown_pair_is_left_out(int seed, int baselines)
    {
        var made = RandomReport.Make(seed, baselines);
        foreach (var pair in made.Report.Effects)
        {
            var expected = made
                .Differences.Where(d => d.Model == pair.Model && d.Against == pair.Against)
                .Where(d => d.Difference != 0 && (d.Significant || Math.Abs(d.Difference) >= 0.05))
                .Select(d => d.Level);
            var named = pair.Levels.Select(e => ReportedLevel.LabelOf(e.Task, e.Level)).ToList();
            Assert.Empty(expected.Except(named));
            Assert.Equal(named.Count, named.Distinct().Count());
        }

        // The main arm against the base is always shown, and with few pairs all are.
        Assert.Equal(("skillfactory/grpo", "base"), (made.Report.Effects[0].Model, made.Report.Effects[0].Against));
        Assert.Equal(Math.Min(EffectBuilder.MaxPairs, (2 * baselines) + 1), made.Report.Effects.Count);
    }

    [Fact]
    public async Task Variants_of_the_method_are_compared_with_the_base_and_not_with_each_other()
    {
        var run = await SyntheticRun.MakeAsync([1], 20);
        var recipe = run.Export.Recipe;
        var sft = recipe with { Arms = [.. recipe.Arms.Where(a => a.Name != "skillfactory"), recipe.Arms[4] with { Name = "again" }] };
        var stages = run.Export.Stages.Where(s => s.Arm != "skillfactory").ToList();
        var again = stages
            .Where(s => s.Arm == "sft-only")
            .Select(s => s with { Arm = "again", Result = s.Result with { Key = s.Result.Key + "2" } });
        var report = await RunReportBuilder.BuildAsync(run.Export with { Recipe = sft, Stages = [.. stages, .. again] }, run.Store);
        Assert.Equal(
            [
                ("again/sft", "base"),
                ("again/sft", "rl-only/grpo"),
                ("again/sft", "rl-only-long/grpo"),
                ("rl-only/grpo", "base"),
                ("rl-only-long/grpo", "base"),
                ("sft-only/sft", "base"),
            ],
            report.Effects.Select(p => (p.Model, p.Against))
        );
    }

    [Fact]
    public void A_run_without_losses_says_so_and_one_without_gains_too()
    {
        var gains = RandomReport.Make(1, 1, (model, level) => model == "base" ? 0.1
            : model == "rl-1" ? 0.2
            : 0.3);
        Assert.Contains("Largest loss: none.", gains.Report.Summary);
        var losses = RandomReport.Make(1, 1, (model, level) => model == "base" ? 0.3
            : model == "rl-1" ? 0.2
            : 0.1);
        Assert.Contains("Largest gain: none.", losses.Report.Summary);
        var nothing = RandomReport.Make(1, 1, (model, level) => 0.5);
        Assert.Contains("Largest gain: none.", nothing.Report.Summary);
        Assert.Contains("Largest loss: none.", nothing.Report.Summary);
    }

    [Fact]
    public void Levels_are_told_apart_by_their_relation_to_training()
    {
        var made = RandomReport.Make(1, 1, (model, level) => model == "skillfactory" ? 0.9 - (0.1 * level) : 0.5);
        Assert.Equal(
            [("trained", "3"), ("trained", "4"), ("untrained", "5"), ("other", "2x1"), ("other", "4")],
            made.Report.Effects[0]
                .Levels.Select(e => (e.Kind, e.Level))
                .Concat(made.Differences.Any(d => d.Difference == 0) ? [("other", "4")] : [])
                .Distinct()
        );
    }

    [Fact]
    public void Large_losses_beside_the_largest_one_are_named_in_the_same_sentence()
    {
        double[] skillfactory = [0.8, 0.4, 0.1, 0.002, 0];
        var made = RandomReport.Make(1, 1, (model, level) => model == "skillfactory" ? skillfactory[level] : 0.472);
        var loss = made.Report.Summary.Single(s => s.StartsWith("Largest loss", StringComparison.Ordinal));
        Assert.StartsWith("Largest loss: letter countdown 4, from 47.2 % (base) to 0.0 % (skillfactory)", loss);
        Assert.Contains("also multiplication 2x1 from 47.2 to 0.2 %", loss);
        Assert.Contains("countdown 5 from 47.2 to 10.0 %", loss);
    }

    [Fact]
    public void The_cost_is_a_ratio_of_training_tokens_and_of_tokens_per_response()
    {
        var made = RandomReport.Make(1, 1, (model, level) => model == "skillfactory" ? 0.9 : 0.5);
        Assert.Equal(
            "Cost of skillfactory: 2,000 training tokens, 2.0 times those of rl-1 (1,000); "
                + "40 tokens per response, 2.0 times those of base (20), 1.3 times those of rl-1 (30).",
            made.Report.Summary[^1]
        );
    }

    /// <summary>The text above the tables.</summary>
    private static string Opening(RunReport report)
    {
        var page = XDocument.Parse(ReportPage.Render(report));
        var nodes = page.Descendants("nav").Single().ElementsBeforeSelf().Prepend(page.Descendants("header").Single());
        var words = nodes
            .SelectMany(n => n.DescendantNodes().OfType<XText>())
            .Select(t => t.Value.Replace('\u00A0', ' ').Trim())
            .Where(t => t.Length > 0);
        return string.Join(' ', words);
    }

    private static string LabelOf(string key) => key.Split('/')[0];

    private static string Percent(double share) => (100 * share).ToString("F1", CultureInfo.InvariantCulture);
}
