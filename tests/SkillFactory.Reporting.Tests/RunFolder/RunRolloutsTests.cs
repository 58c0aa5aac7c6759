using System.Text.Json;
using SkillFactory.Core.Artifacts;
using SkillFactory.Core.Planning;
using SkillFactory.Core.Prompts;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.Sampling;
using SkillFactory.Core.Tasks;
using SkillFactory.Core.Traces;
using SkillFactory.Data.Conversations;
using SkillFactory.Data.Rollouts;
using SkillFactory.Data.TraceDatasets;
using SkillFactory.Reporting.Pages;
using SkillFactory.Reporting.RunFolder;
using SkillFactory.Tables.Rows;

namespace SkillFactory.Reporting.Tests.RunFolder;

/// <summary>Builds traces from a run folder.</summary>
public sealed class RunRolloutsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private readonly List<RowProblem> _problems = [];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_run_folder_gives_the_same_traces_as_its_traces_stage()
    {
        var run = await ExportAsync("run");
        var built = await BuildAsync(run, new TraceSettings { Attempts = 3 }, DatasetFormats.ShareGpt, DatasetFormats.Verl);
        Assert.Empty(_problems);
        var conversations = await ConversationFiles.ReadAsync(Path.Combine(built, "sharegpt.jsonl")).ToListAsync();
        var expected = Questions()
            .SelectMany(q =>
                TraceFixture
                    .Builder(new TraceSettings { Attempts = 3 }, seed: 5)
                    .Build(
                        new QuestionAttempts(
                            q.Id,
                            null,
                            PromptSet.Get("standard").SolvePrompt(q, PromptVariant.Original).User,
                            [.. Attempts(q).Select(a => TraceAttempt.Of(a.Attempt, a.Reflections))]
                        )
                    )
                    .Traces
            );
        Assert.Equal(
            expected.Select(t => (t.Id, t.User, t.Response)).Order(),
            conversations.Select(c => (c.Id, c.Turns[0].Content, c.Turns[1].Content)).Order()
        );

        var row = (await TableFile.ReadAsync(Path.Combine(built, "sharegpt.jsonl")).ToListAsync())[0];
        Assert.Equal("41", row.Text("weights_version"));
        Assert.Equal(
            Questions().Select(q => q.Gold).Order(),
            (await TableFile.ReadAsync(Path.Combine(built, "verl.parquet")).ToListAsync())
                .Select(r => r.Text("reward_model.ground_truth"))
                .Order()
        );
    }

    [Fact]
    public async Task Every_response_is_written_with_the_message_that_it_answers()
    {
        var run = await ExportAsync("run", withTraining: true);
        var prompts = PromptSet.Get("standard");
        var questions = Questions().ToDictionary(q => q.Id);
        var attempts = Questions().SelectMany(Attempts).ToDictionary(a => a.Attempt.Id, a => a.Attempt);
        var kinds = new HashSet<string>();
        await foreach (var row in RolloutParquet.ReadAsync(Path.Combine(run, "rollouts.parquet")))
        {
            var question = questions[row.Rollout.QuestionId];
            kinds.Add(row.Checkpoint == StageOutputs.Validation ? row.Checkpoint : row.Stage);
            Assert.Equal(question.Gold, row.Gold);
            Assert.Equal(
                row.Rollout.Parent is { } parent
                    ? prompts.ReflectionPrompt(question, attempts[parent].Response).User
                    : prompts.SolvePrompt(question, row.Rollout.Variant).User,
                row.Prompt
            );
        }

        Assert.Equal(["best_of_n", "grpo", "reflect", "sample", "validation"], kinds.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Rollouts_can_be_json_lines_in_any_order()
    {
        var run = await ExportAsync("run");
        var expected = await BuildAsync(run, new TraceSettings { Attempts = 2 }, DatasetFormats.ShareGpt);
        var lines = await TableFile
            .ReadAsync(Path.Combine(run, "rollouts.parquet"))
            .Select(r => JsonSerializer.Serialize(r.Columns.ToDictionary(c => c, c => r.Find(c)!.Value)))
            .Reverse()
            .ToListAsync();
        var file = Path.Combine(_folder.Path, "rollouts.jsonl");
        await File.WriteAllLinesAsync(file, lines);
        var built = await BuildAsync(file, new TraceSettings { Attempts = 2 }, DatasetFormats.ShareGpt);
        Assert.Equal(
            await File.ReadAllTextAsync(Path.Combine(expected, "sharegpt.jsonl")),
            await File.ReadAllTextAsync(Path.Combine(built, "sharegpt.jsonl"))
        );

        // Rows that repeat another are skipped, and the traces stay the same.
        await File.WriteAllLinesAsync(file, lines.Concat(lines));
        built = await BuildAsync(file, new TraceSettings { Attempts = 2 }, DatasetFormats.ShareGpt);
        Assert.Equal(
            await File.ReadAllTextAsync(Path.Combine(expected, "sharegpt.jsonl")),
            await File.ReadAllTextAsync(Path.Combine(built, "sharegpt.jsonl"))
        );
        var rollouts = Questions().Sum(q => Attempts(q).Sum(a => 1 + a.Reflections.Count));
        Assert.Empty(_problems);
        Assert.Contains(
            $"\n| rows that repeat another | {rollouts} |\n",
            await File.ReadAllTextAsync(Path.Combine(built, "README.md")),
            StringComparison.Ordinal
        );

        // Other rows with the same ids are reported, each of them.
        await File.WriteAllLinesAsync(
            file,
            lines.Concat(lines.Select(l => l.Replace("\"level\":\"3\"", "\"level\":\"4\"", StringComparison.Ordinal)))
        );
        built = await BuildAsync(file, new TraceSettings { Attempts = 2 }, DatasetFormats.ShareGpt);
        Assert.Equal(
            await File.ReadAllTextAsync(Path.Combine(expected, "sharegpt.jsonl")),
            await File.ReadAllTextAsync(Path.Combine(built, "sharegpt.jsonl"))
        );
        Assert.Equal(rollouts, _problems.Count);
        Assert.All(_problems, p =>
            Assert.Equal(("id", "an id that no other row has (--where keeps, for example, the rows of one seed)"), (p.Column, p.Expected))
        );
    }

    [Fact]
    public async Task Bad_rollouts_are_reported()
    {
        var file = Path.Combine(_folder.Path, "rollouts.jsonl");
        string Line(string id, string? parent = null, string? prompt = "p", string outcome = "Correct", string version = "1") =>
            JsonSerializer.Serialize(
                new
                {
                    question_id = $"q{id[0]}",
                    id,
                    parent,
                    prompt,
                    variant = "original",
                    response = "<answer>1</answer>",
                    outcome,
                    weights_version = version,
                }
            );
        await File.WriteAllLinesAsync(
            file,
            [Line("a1"), Line("a2", parent: "b1"), Line("b1", prompt: null), Line("c1", outcome: "Perfect"), Line("c2", version: "x")]
        );
        await BuildAsync(file, new TraceSettings { Format = "rejection" }, DatasetFormats.ShareGpt);
        Assert.Equal(
            [
                $"{file}:2: column 'parent': found 'b1'; expected the id of an attempt of the same question",
                $"{file}:3: column 'prompt': found no prompt in any attempt of the question with the variant 'original'; expected the "
                    + $"user message that its traces are trained under",
                $"{file}:4: column 'outcome': found 'Perfect'; expected one of Correct, Wrong, Unparseable, Truncated, Unscored",
                $"{file}:5: column 'weights_version': found 'x'; expected a whole number",
            ],
            _problems.Select(p => p.ToString()).Order(StringComparer.Ordinal)
        );
    }

    private static IEnumerable<Question> Questions() =>
        Enumerable.Range(0, 5).Select(i => new Question($"countdown/3/q{i}", "countdown", "3", $"Reach {i}.", $"1 2 3 = {i}"));

    private static IEnumerable<(Rollout Attempt, IReadOnlyList<Rollout> Reflections)> Attempts(Question question) =>
        TraceFixture
            .Attempts(question.Id, correct: 3, wrong: 4, variants: 2)
            .Select(a => (a with { WeightsVersion = 41 }, TraceFixture.Reflections(a, agreeing: 2)));

    private async Task<string> ExportAsync(string name, bool withTraining = false)
    {
        var run = await SyntheticRun.MakeAsync([1], 2);
        var attempts = Questions().SelectMany(Attempts).ToList();
        var sample = new Dictionary<string, ArtifactRef>
        {
            [StageOutputs.Questions] = await run.Store.PutLinesAsync(Questions()),
            [StageOutputs.Rollouts] = await run.Store.PutLinesAsync(attempts.Select(a => a.Attempt)),
        };
        var reflect = new Dictionary<string, ArtifactRef>
        {
            [StageOutputs.Rollouts] = await run.Store.PutLinesAsync(attempts.SelectMany(a => a.Reflections)),
        };
        var answers = attempts.Select(a => a.Attempt).Take(3).ToList();
        var grpo = new Dictionary<string, ArtifactRef>
        {
            [StageOutputs.Questions] = await run.Store.PutLinesAsync(Questions()),
            [StageOutputs.Rollouts] = await run.Store.PutLinesAsync(answers),
            [StageOutputs.ValidationQuestions] = await run.Store.PutLinesAsync(Questions()),
            [StageOutputs.Validation] = await run.Store.PutLinesAsync(answers),
        };
        var bestOfN = new Dictionary<string, ArtifactRef>
        {
            [StageOutputs.Rollouts] = sample[StageOutputs.Rollouts],
            [StageOutputs.Reflections] = reflect[StageOutputs.Rollouts],
        };
        static ArmStageResult Stage(string kind, Dictionary<string, ArtifactRef> outputs) =>
            new(1, "skillfactory", kind, "", new StageResult(kind, kind, outputs, new Dictionary<string, double>(), 1), false);
        var export = run.Export with
        {
            Stages =
            [
                .. run.Export.Stages.Where(s => !withTraining && s.Stage is not (StageNames.Sample or StageNames.Reflect)),
                Stage(StageNames.Sample, sample),
                Stage(StageNames.Reflect, reflect),
                .. withTraining ? [Stage(StageNames.Grpo, grpo), Stage(StageKinds.BestOfN, bestOfN)] : Array.Empty<ArmStageResult>(),
            ],
        };
        var folder = Path.Combine(_folder.Path, name);
        if (withTraining)
        {
            // The report would need their summaries.
            Directory.CreateDirectory(folder);
            await using var file = File.Create(Path.Combine(folder, "rollouts.parquet"));
            await RolloutParquet.WriteAsync(file, RunRollouts.ReadAsync(export, new StageArtifacts(run.Store), default));
            return folder;
        }

        await RunExporter.ExportAsync(export, run.Store, folder);
        return folder;
    }

    private async Task<string> BuildAsync(string input, TraceSettings traces, params string[] formats)
    {
        var output = Path.Combine(_folder.Path, Guid.NewGuid().ToString("n"));
        var settings = new TraceDatasetSettings
        {
            Input = input,
            Traces = traces,
            Seed = 5,
            SkipBad = true,
            Output = output,
            Name = "t",
            Formats = formats,
        };
        await new TraceDataset(settings, _problems.Add, _ => { }).BuildAsync(default);
        return output;
    }
}
