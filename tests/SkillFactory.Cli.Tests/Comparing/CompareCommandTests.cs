using System.Text.Json;
using SkillFactory.Core;
using SkillFactory.Evaluation.Statistics;
using SkillFactory.Grading;
using SkillFactory.Reporting.Report;

namespace SkillFactory.Cli.Tests.Comparing;

public sealed class CompareCommandTests : IDisposable
{
    private readonly TestCli _cli = new();
    private readonly TemporaryFolder _workspace = new();

    public CompareCommandTests()
    {
        Write("demo-11111111", 0.25, 40);
        Write("demo-22222222", 0.75, 80);
    }

    public void Dispose()
    {
        _cli.Dispose();
        _workspace.Dispose();
    }

    [Fact]
    public async Task Results_and_recipe_differences_are_printed_side_by_side()
    {
        Assert.Equal(0, await _cli.RunAsync("compare", "demo-1", "demo-2", "--workspace", _workspace.Path));
        var text = _cli.Out.ToString();
        Assert.Contains("demo-11111111", text);
        Assert.Matches("countdown 3 .*rl .*25\\.0.* 75\\.0", text);
        Assert.Matches("key +A +B", text);
        Assert.Matches("grpo\\.steps +40 +80", text);
        Assert.Matches("level +A +B +in A and B", text);
        Assert.Matches("countdown 3 +4 +4 +–", text);
        Assert.Contains("A: there is no rollouts.parquet next to its report.json", text);
    }

    [Fact]
    public async Task The_comparison_is_printed_as_the_json_that_the_file_holds()
    {
        var file = Path.Combine(_workspace.Path, "c.json");
        Assert.Equal(0, await _cli.RunAsync("compare", "demo-1", "demo-2", "--workspace", _workspace.Path, "--json", "-o", file));
        Assert.Equal(await File.ReadAllTextAsync(file), _cli.Out.ToString().TrimEnd());
    }

    [Fact]
    public async Task The_comparison_is_written_to_a_file_of_a_known_extension()
    {
        var file = Path.Combine(_workspace.Path, "out", "c.csv");
        Assert.Equal(
            0,
            await _cli.RunAsync(
                "compare",
                Path.Combine(_workspace.Path, "demo-11111111", "report.json") + "@rl",
                Path.Combine(_workspace.Path, "demo-22222222") + "@rl/grpo",
                "-o",
                file
            )
        );
        Assert.Contains("countdown,3,chosen,B,demo-22222222,0.75,", await File.ReadAllTextAsync(file));
        Assert.EndsWith($"Comparison: {file}\n", _cli.Out.ToString());
        Assert.Equal(2, await _cli.RunAsync("compare", "x", "y", "-o", "c.txt"));
        Assert.Equal("error: c.txt: found the extension '.txt'; expected one of .html, .csv, .json\n", _cli.Error.ToString());
    }

    [Theory]
    [InlineData("demo-3", "there is no run folder 'demo-3'")]
    [InlineData("elsewhere/demo-1", "there is no folder elsewhere/demo-1")]
    [InlineData("/tmp/", "/tmp/ is no run folder: it holds no recipe.yaml")]
    [InlineData("demo-", "'demo-' matches several run folders")]
    [InlineData("demo-2@sft", "there is no model 'sft'; known: rl, rl/grpo")]
    public async Task Unknown_and_ambiguous_experiments_are_reported(string second, string message)
    {
        Assert.Equal(2, await _cli.RunAsync("compare", "demo-1@rl", second, "--workspace", _workspace.Path));
        Assert.Contains(message, _cli.Error.ToString());
        Assert.Single(_cli.Error.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    private void Write(string id, double accuracy, int steps)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_workspace.Path, id)).FullName;
        var figures = new EvaluationFigures(
            4,
            4,
            64,
            new Dictionary<Outcome, int>(),
            new Estimate(accuracy, 4, null),
            new Dictionary<int, Estimate>(),
            new Dictionary<int, Estimate>(),
            null,
            null,
            null
        );
        var report = new RunReport
        {
            Run = new ReportedRun(id, "demo", "", "base", "cpu", "", "1", DateTimeOffset.UnixEpoch, true, [1], 0.95, 100, 10, 0, null),
            Summary = [],
            Models = [new ReportedModel("rl/grpo", "rl", "rl", "grpo", true, steps, 1000, [])],
            Levels = [new ReportedLevel("countdown", "3", true, false)],
            Evaluations = [new LevelEvaluation("rl/grpo", "countdown", "3", figures, null, null, [], [])],
            Means = [],
            Families = [],
            Comparisons = [],
            MeanComparisons = [],
            Conclusions = [],
            BestOfN = [],
            Forced = [],
            ForcedFamilies = [],
            Skills = [],
            Gates = [],
            Tokens = [],
            Curves = [],
            Stages = [new StageTime(1, "rl", "evaluate", "grpo", id, 1, false, false, new Dictionary<string, double>())],
            Samples = [],
            Caveats = [],
            Recipe = $"name: demo\ngrpo: {{ steps: {steps} }}\n",
        };
        File.WriteAllText(Path.Combine(folder, "report.json"), JsonSerializer.Serialize(report, CoreJson.Options));
        File.WriteAllText(Path.Combine(folder, "recipe.yaml"), report.Recipe);
    }
}
