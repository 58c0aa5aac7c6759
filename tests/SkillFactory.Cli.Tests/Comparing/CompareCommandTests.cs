using System.Text.Json;
using SkillFactory.Core;
using SkillFactory.Evaluation.Statistics;
using SkillFactory.Grading;
using SkillFactory.Reporting.Report;

namespace SkillFactory.Cli.Tests.Comparing;

public sealed class CompareCommandTests : IDisposable
{
    private readonly CliRun _cli = new();
    private readonly string _workspace = Directory.CreateTempSubdirectory("cli-compare-").FullName;

    public CompareCommandTests()
    {
        Write("demo-11111111", 0.25, 40);
        Write("demo-22222222", 0.75, 80);
    }

    public void Dispose()
    {
        _cli.Dispose();
        Directory.Delete(_workspace, recursive: true);
    }

    [Fact]
    public async Task Experiments_stand_side_by_side_with_what_differs()
    {
        Assert.Equal(0, await _cli.RunAsync("compare", "demo-1", "demo-2", "--workspace", _workspace));
        var text = _cli.Out.ToString();
        Assert.Contains("demo-11111111", text);
        Assert.Matches("countdown 3 .*rl/grpo .*25\\.0.* 75\\.0", text);
        Assert.Matches("grpo\\.steps .*40 .*80", text);
        Assert.Contains("A: no rollouts.parquet lies beside its report.json", text);
    }

    [Fact]
    public async Task A_file_holds_the_same_and_its_extension_is_checked_first()
    {
        var file = Path.Combine(_workspace, "out", "c.csv");
        Assert.Equal(
            0,
            await _cli.RunAsync(
                "compare",
                Path.Combine(_workspace, "demo-11111111", "report.json") + "@rl",
                Path.Combine(_workspace, "demo-22222222") + "@rl/grpo",
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
    [InlineData("demo-", "'demo-' fits several run folders")]
    [InlineData("demo-2@sft", "there is no model 'sft'; known: rl, rl/grpo")]
    public async Task Who_is_not_there_is_named(string second, string message)
    {
        Assert.Equal(2, await _cli.RunAsync("compare", "demo-1@rl", second, "--workspace", _workspace));
        Assert.Contains(message, _cli.Error.ToString());
        Assert.Single(_cli.Error.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    private void Write(string id, double accuracy, int steps)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_workspace, id)).FullName;
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
