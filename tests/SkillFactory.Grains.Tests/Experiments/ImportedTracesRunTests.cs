using SkillFactory.Contracts.Training;
using SkillFactory.Core.Artifacts;
using SkillFactory.Core.Planning;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.Sampling;
using SkillFactory.Core.Tasks;
using SkillFactory.Core.Traces;
using SkillFactory.Grading;

namespace SkillFactory.Grains.Tests.Experiments;

/// <summary>Runs with imported traces, other models, and other baselines' settings.</summary>
public sealed class ImportedTracesRunTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("all", null, new[] { 1L, 2, 4 })]
    [InlineData("all", "multiplication", new[] { 1L, 2, 4 })]
    [InlineData("correct", "multiplication", new[] { 1L, 4 })]
    public async Task Sft_trains_on_imported_traces(string keep, string? task, long[] rows)
    {
        await using var system = await TestSystem.StartAsync();
        var given = new ImportedTraceSettings
        {
            File = Write("given.jsonl"),
            Keep = keep,
            Task = task,
            BadRows = "skip",
        };
        var recipe = TestSystem.Recipe();
        var arm = new ArmSettings
        {
            Name = "distilled",
            Stages = ["given", "sft", "grpo"],
            Set = new ArmOverrides { Given = given },
        };
        var results = await system.RunAsync(recipe with { Arms = [arm, recipe.Arms[1]] });
        Assert.Equal(
            ["evaluate base", "given ", "sft ", "evaluate sft", "grpo ", "evaluate grpo"],
            results.Where(r => r.Arm == "distilled").Select(r => $"{r.Stage} {r.Checkpoint}")
        );

        var stage = results.Single(r => r.Stage == "given").Result;
        var traces = await system.Store.ReadAllAsync<SilverTrace>(stage.Outputs["traces"]);
        Assert.Equal(rows.Select(r => $"row-{r}"), traces.Select(t => t.Id));
        Assert.Equal("Multiply:2*3\nSolve.", traces[0].User);
        Assert.Equal("<think>six</think><answer>6</answer>", traces[0].Response);
        Assert.All(traces[0].Segments, s => Assert.True(s.Loss));
        Assert.Equal((3.0, 1.0, (double)rows.Length), (stage.Counts["rows"], stage.Counts["rows_left_out"], stage.Counts["traces"]));
        Assert.Equal(
            task is null ? null : (2.0, 1.0),
            stage.Counts.TryGetValue("correct", out var correct) ? (correct, stage.Counts["wrong"]) : ((double, double)?)null
        );
        var spec = await system.Store.GetJsonAsync<TrainingSpec>(system.Script.Trained.Single(t => t.Kind == "sft").Spec);
        Assert.Equal(stage.Outputs["traces"], spec.Dataset);
    }

    [Fact]
    public async Task Imported_traces_that_cannot_be_graded_are_counted_with_the_reason_and_stop_nothing()
    {
        await using var system = await TestSystem.StartAsync();
        var file = Path.Combine(_folder.Path, "maths.jsonl");
        await File.WriteAllLinesAsync(
            file,
            [
                """{"question":"1+7?","response":"<answer>８</answer>","answer":"8"}""",
                """{"question":"1+8?","response":"<answer>٩</answer>","answer":"9"}""",
                """{"question":"e?","response":"<answer>e^{i\\pi/7}</answer>","answer":"\\cos\\frac{\\pi}{7}+i\\sin\\frac{\\pi}{7}"}""",
            ]
        );
        var recipe = TestSystem.Recipe();
        var arm = new ArmSettings
        {
            Name = "distilled",
            Stages = ["given", "sft"],
            Set = new ArmOverrides
            {
                Given = new ImportedTraceSettings
                {
                    File = file,
                    Keep = "correct",
                    Task = "maths",
                },
            },
        };
        var counts = (await system.RunAsync(recipe with { Arms = [arm] })).Single(r => r.Stage == "given").Result.Counts;
        Assert.Equal((1, 1, 1), (counts["correct"], counts["unparseable"], counts["unscored"]));
        Assert.Equal(1, counts["unscored: whether it equals the gold answer could not be decided exactly"]);
    }

    [Fact]
    public async Task Another_model_samples_with_examples_and_sft_trains_on_the_plain_prompt()
    {
        await using var system = await TestSystem.StartAsync();
        var teacher = Directory.CreateDirectory(Path.Combine(_folder.Path, "teacher")).FullName;
        foreach (var file in (string[])["config.json", "tokenizer.json", "tokenizer_config.json", "model.safetensors"])
        {
            await File.WriteAllTextAsync(Path.Combine(teacher, file), $"{{\"teacher\":\"{file}\"}}");
        }

        var recipe = TestSystem.Recipe();
        var sampling = recipe.Sampling with
        {
            Model = teacher,
            Examples = new ExampleSettings { File = Write("examples.jsonl", 2), Count = 2 },
        };
        var arm = new ArmSettings
        {
            Name = "bolt",
            Stages = ["sample", "traces", "sft"],
            Set = new ArmOverrides { Sampling = sampling, Traces = recipe.Traces with { Format = "as_written", Attempts = 2 } },
        };
        var results = await system.RunAsync(recipe with { Arms = [arm, recipe.Arms[2]] });

        StageResult Stage(string arm, string stage) =>
            results.Single(r => r.Arm == arm && r.Stage == stage && r.Checkpoint.Length == 0).Result;
        var (other, own) = (Stage("bolt", "sample"), Stage("skillfactory", "sample"));
        Assert.Equal(own.Outputs["questions"], other.Outputs["questions"]);
        Assert.NotEqual(own.Outputs["rollouts"], other.Outputs["rollouts"]);
        var attempts = (await system.Store.ReadAllAsync<Rollout>(other.Outputs["rollouts"])).ToDictionary(a => a.Id);
        var traces = await system.Store.ReadAllAsync<SilverTrace>(Stage("bolt", "traces").Outputs["traces"]);
        Assert.NotEmpty(traces);
        Assert.All(traces, t =>
        {
            var written = attempts[Assert.Single(t.Attempts)];
            Assert.Equal((written.Response, Outcome.Correct), (t.Response, written.Outcome));
            Assert.Matches(@"^Multiply:\d+\*\d+\nSolve\.$", t.User);
        });
        var sft = await system.Store.GetJsonAsync<TrainingSpec>(system.Script.Trained.First(t => t.StageName == "1/bolt/sft").Spec);
        Assert.Equal(
            await system.Store.GetJsonAsync<TrainingSpec>(system.Script.Trained.First(t => t.StageName == "1/skillfactory/sft").Spec)
                is var ownSft
                ? ownSft.InitialWeights
                : null,
            sft.InitialWeights
        );
    }

    [Fact]
    public async Task Grpo_repeats_its_questions_when_there_are_few()
    {
        await using var system = await TestSystem.StartAsync();
        var recipe = TestSystem.Recipe();
        await system.RunAsync(recipe with { Grpo = recipe.Grpo with { Steps = 5, Questions = 6 }, Arms = [recipe.Arms[1]] });
        var spec = await system.Store.GetJsonAsync<TrainingSpec>(system.Script.Trained.Single().Spec);
        var asked = (await system.Store.ReadAllAsync<Question>(spec.Questions!)).Select(q => q.Id).ToList();
        Assert.Equal((20, 6), (asked.Count, asked.Distinct().Count()));
        Assert.Equal(asked.Take(14), asked.Skip(6));
    }

    [Fact]
    public async Task An_evaluation_set_can_have_its_own_number_of_samples()
    {
        await using var system = await TestSystem.StartAsync();
        var recipe = TestSystem.Recipe();
        var sets = recipe.Evaluation.Sets;
        var results = await system.RunAsync(
            recipe with
            {
                Evaluation = recipe.Evaluation with { Sets = [sets[0], sets[1] with { Samples = 3 }] },
                Arms = [recipe.Arms[0]],
            }
        );
        var answers = await system.Store.ReadAllAsync<Rollout>(Assert.Single(results).Result.Outputs["rollouts"]);
        Assert.Equal([("2x1", 6 * 2), ("2x2", 5 * 3)], answers.CountBy(a => a.Level).Select(l => (l.Key, l.Value)));
    }

    private string Write(string name, int rows = 4)
    {
        string[] lines =
        [
            """{"question":"Multiply:2*3","response":" <think>six</think><answer>6</answer>\n","gold":"2 * 3 = 6"}""",
            """{"conversations":[{"from":"human","value":"Multiply:4*5\nSolve."},"""
                + """{"from":"gpt","value":"<answer>21</answer>"}],"gold":"4 * 5 = 20"}""",
            """{"question":"Multiply:2*3"}""",
            """{"question":"Multiply:7*5","response":"<answer>35</answer>","gold":"7 * 5 = 35"}""",
        ];
        var path = Path.Combine(_folder.Path, name);
        File.WriteAllLines(path, lines.Take(rows));
        return path;
    }
}
