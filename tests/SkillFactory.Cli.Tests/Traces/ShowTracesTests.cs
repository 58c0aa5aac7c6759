using System.Text.Json;
using SkillFactory.Core.Sampling;
using SkillFactory.Data.Conversations;
using SkillFactory.Data.Rollouts;
using SkillFactory.Grading;
using SkillFactory.Primitives.Files;

namespace SkillFactory.Cli.Tests.Traces;

public sealed class ShowTracesTests : IAsyncLifetime, IDisposable
{
    private readonly TestCli _cli = new();
    private readonly TemporaryFolder _run = new();

    public async Task InitializeAsync()
    {
        await AtomicFile.WriteAsync(Path.Combine(_run.Path, "rollouts.parquet"), stream =>
            RolloutParquet.WriteAsync(
                stream,
                new[] { Row("a#0", Outcome.Correct), Row("b#0", Outcome.Wrong), Row("c#0", Outcome.Wrong) }.ToAsyncEnumerable()
            )
        );
        await DatasetAsync("1-full", Trace("a#0.2", "*C_full"), Trace("b#0.2", "*C_full"));
        await DatasetAsync("1-imported", Trace("row-1", "given"));
        await DatasetAsync("2-empty");
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose()
    {
        _cli.Dispose();
        _run.Dispose();
    }

    [Fact]
    public async Task Responses_are_shown_with_their_questions()
    {
        Assert.Equal(0, await _cli.RunAsync("traces", "show", _run.Path, "--outcome", "wrong", "--limit", "1"));
        Assert.Equal(
            "── b#0  1/full/evaluate sft  9 tokens  Wrong: too small\nReach b#0.\n\n<answer>b#0</answer>\n\n"
                + "(the first 1; --limit N shows more)\n",
            _cli.Out.ToString()
        );
    }

    [Fact]
    public async Task The_last_response_is_not_followed_by_a_promise_of_more()
    {
        Assert.Equal(0, await _cli.RunAsync("traces", "show", _run.Path, "--limit", "3"));
        Assert.DoesNotContain("--limit", _cli.Out.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Silver_traces_are_shown_with_their_questions()
    {
        Assert.Equal(0, await _cli.RunAsync("traces", "show", _run.Path, "--stage", "traces", "--id", "b"));
        Assert.Equal("── b#0.2  1/full/traces\nReach b#0.2.\n\n<think>b#0.2</think>\n\n", _cli.Out.ToString());
    }

    [Fact]
    public async Task Imported_traces_are_shown()
    {
        Assert.Equal(0, await _cli.RunAsync("traces", "show", _run.Path, "--stage", "given"));
        Assert.StartsWith("── row-1  1/imported/given\n", _cli.Out.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--stage traces --arm fulll", "there is no arm 'fulll' in this run; did you mean 'full'?")]
    [InlineData("--stage traces --outcome wrong", "--outcome has no effect with --stage traces")]
    [InlineData("--stage trace", "did you mean 'traces'?")]
    [InlineData("--stage traces --contains nowhere", "no response in")]
    public async Task Conditions_that_match_nothing_are_errors(string options, string expected)
    {
        Assert.Equal(2, await _cli.RunAsync(["traces", "show", _run.Path, .. options.Split(' ')]));
        Assert.Contains(expected, _cli.Error.ToString(), StringComparison.Ordinal);
        Assert.Equal("", _cli.Out.ToString());
    }

    [Fact]
    public async Task Responses_are_printed_as_json()
    {
        Assert.Equal(0, await _cli.RunAsync("traces", "show", _run.Path, "--json", "--limit", "1"));
        using var json = JsonDocument.Parse(_cli.Out.ToString());
        Assert.True(json.RootElement.GetProperty("more").GetBoolean());
        var response = Assert.Single(json.RootElement.GetProperty("responses").EnumerateArray());
        Assert.Equal(
            "{\"id\":\"a#0\",\"seed\":1,\"arm\":\"full\",\"stage\":\"evaluate\",\"checkpoint\":\"sft\",\"question\":\"Reach a#0.\","
                + "\"gold\":\"a#0 = a#0\",\"response\":\"<answer>a#0</answer>\",\"outcome\":\"Correct\",\"extracted\":\"a#0\","
                + "\"reason\":\"\",\"tokens\":9}",
            JsonSerializer.Serialize(response, Core.CoreJson.Options)
        );
    }

    [Fact]
    public async Task A_trace_as_json_has_no_grade()
    {
        await DatasetAsync("1-full", Trace("t1", "*C_full"));
        Assert.Equal(0, await _cli.RunAsync("traces", "show", _run.Path, "--stage", "traces", "--json"));
        using var json = JsonDocument.Parse(_cli.Out.ToString());
        var trace = Assert.Single(json.RootElement.GetProperty("responses").EnumerateArray());
        Assert.Equal(["id", "seed", "arm", "stage", "checkpoint", "question", "response"], trace.EnumerateObject().Select(p => p.Name));
    }

    private static RolloutRow Row(string id, Outcome outcome) =>
        new(
            "demo-12345678",
            1,
            "full",
            "evaluate",
            "sft",
            $"Reach {id}.",
            new Rollout
            {
                Id = id,
                PromptId = id,
                QuestionId = id,
                Task = "countdown",
                Level = "3",
                Variant = "original",
                SampleIndex = 0,
                Response = $"<answer>{id}</answer>",
                Outcome = outcome,
                Extracted = id,
                Reason = outcome == Outcome.Wrong ? "too small" : "",
                TokenCount = 9,
                PromptTokenCount = 7,
                LogProb = -1,
                MeanEntropy = 0.1,
                WeightsVersion = 0,
            }
        )
        {
            Gold = $"{id} = {id}",
        };

    private static Conversation Trace(string id, string format) =>
        new(
            id,
            id,
            format,
            [
                new ConversationTurn(ConversationRoles.User, $"Reach {id}."),
                new ConversationTurn(ConversationRoles.Assistant, $"<think>{id}</think>"),
            ]
        );

    private Task DatasetAsync(string name, params Conversation[] traces) =>
        AtomicFile.WriteAsync(Path.Combine(_run.Path, "dataset", $"{name}.jsonl"), stream =>
            ConversationFiles.WriteShareGptJsonlAsync(stream, traces.ToAsyncEnumerable())
        );
}
