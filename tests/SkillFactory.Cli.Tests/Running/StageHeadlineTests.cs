using SkillFactory.Cli.Running;
using SkillFactory.Core.Artifacts;
using SkillFactory.Core.Metrics;
using SkillFactory.Core.Planning;
using SkillFactory.Evaluation.Statistics;
using SkillFactory.Evaluation.Summaries;
using SkillFactory.Grading;

namespace SkillFactory.Cli.Tests.Running;

public class StageHeadlineTests
{
    private readonly MemoryArtifactStore _store = new();

    [Theory]
    [InlineData("accuracy 31.2 %", 0.3125)]
    [InlineData("mean accuracy 35.9 %", 0.3125, 0.40625)]
    [InlineData("mean accuracy 50.0 %", 0.5, null)]
    public async Task An_evaluation_has_the_accuracy_of_the_report(string expected, params double?[] levels)
    {
        var summary = new EvaluationSummary
        {
            Confidence = 0.95,
            Resamples = 10,
            Levels = [.. levels.Select(Level)],
        };
        Assert.Equal(expected, await HeadlineAsync("evaluate", StageOutputs.Summary, await _store.PutJsonAsync(summary)));
    }

    [Theory]
    [InlineData("sft", "loss 0.500", "loss")]
    [InlineData("grpo", "reward 0.250", "loss", "reward")]
    [InlineData("grpo", "", "loss")]
    public async Task Training_has_the_metric_of_its_last_step(string kind, string expected, params string[] metrics)
    {
        MetricRow[] rows =
        [
            new(0, new Dictionary<string, double> { ["eval/accuracy"] = 0.1 }),
            new(1, metrics.ToDictionary(m => m, _ => 9.0)),
            new(2, metrics.ToDictionary(m => m, m => m == "loss" ? 0.5 : 0.25)),
        ];
        Assert.Equal(expected, await HeadlineAsync(kind, StageOutputs.Metrics, await _store.PutLinesAsync(rows)));
    }

    [Theory]
    [InlineData(1, "loss 0.500, gate held")]
    [InlineData(0, "loss 0.500, gate not held")]
    public async Task Fine_tuning_says_whether_its_gate_held(double held, string expected)
    {
        MetricRow[] rows = [new(1, new Dictionary<string, double> { ["loss"] = 0.5 })];
        Assert.Equal(
            expected,
            await HeadlineAsync("sft", StageOutputs.Metrics, await _store.PutLinesAsync(rows), (CountNames.GateHeld, held))
        );
    }

    [Fact]
    public async Task Other_stages_have_a_count()
    {
        Assert.Equal("25.0 % of attempts correct", await HeadlineAsync("sample", "", null, ("rollouts", 80), ("correct", 20)));
        Assert.Equal("verdicts in 97.5 %", await HeadlineAsync("reflect", "", null, ("rollouts", 80), ("verdicts", 78)));
        Assert.Equal("1,234 traces", await HeadlineAsync("traces", "", null, ("traces", 1234)));
        Assert.Equal("0 traces", await HeadlineAsync("given", "", null));
    }

    [Fact]
    public async Task A_result_that_cannot_be_read_has_no_headline()
    {
        Assert.Equal("", await HeadlineAsync("evaluate", StageOutputs.Summary, new ArtifactRef("gone", 1, "x")));
        Assert.Equal("", await HeadlineAsync("grpo", "", null));
    }

    private async Task<string> HeadlineAsync(
        string kind,
        string output,
        ArtifactRef? artifact,
        params (string Name, double Count)[] counts
    ) =>
        await StageHeadline.OfAsync(
            new StageResult(
                "key",
                kind,
                artifact is null ? new Dictionary<string, ArtifactRef>() : new Dictionary<string, ArtifactRef> { [output] = artifact },
                counts.ToDictionary(c => c.Name, c => c.Count),
                1
            ),
            _store,
            CancellationToken.None
        );

    private static LevelSummary Level(double? accuracy) =>
        new()
        {
            Task = "countdown",
            Level = "3",
            ResponseLimit = 1,
            Questions = 1,
            Samples = 1,
            Outcomes = new Dictionary<Outcome, int>(),
            Accuracy = accuracy is { } value ? new Estimate(value, 1, null) : null,
            PassAtK = new Dictionary<int, Estimate>(),
            MajorityAtK = new Dictionary<int, Estimate>(),
            PerQuestion = new Dictionary<string, QuestionResult>(),
        };
}
