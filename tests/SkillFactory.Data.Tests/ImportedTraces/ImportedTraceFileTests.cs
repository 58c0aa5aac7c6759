using SkillFactory.Core.Traces;
using SkillFactory.Data.Conversations;
using SkillFactory.Data.ImportedTraces;
using SkillFactory.Primitives.Errors;
using SkillFactory.Tables.Rows;

namespace SkillFactory.Data.Tests.ImportedTraces;

public sealed class ImportedTraceFileTests
{
    [Theory]
    [InlineData(
        """{"conversations":[{"from":"system","value":"s"},{"from":"human","value":"q"},{"from":"gpt","value":"r"}],"answer":4}""",
        "s",
        "4"
    )]
    [InlineData("""{"system":"s","conversations":[{"from":"user","value":"q"},{"from":"assistant","value":"r"}]}""", "s", null)]
    [InlineData("""{"messages":[{"role":"user","content":"q"},{"role":"assistant","content":"r"}],"gold":"g"}""", null, "g")]
    [InlineData("""{"question":"q","response":"r","ground_truth":"g"}""", null, "g")]
    [InlineData("""{"problem":"q","solution":"r","answer":null}""", null, null)]
    [InlineData("""{"messages":null,"prompt":"q","completion":"r","system":"s"}""", "s", null)]
    public async Task Common_row_shapes_give_one_question_and_one_response(string line, string? system, string? gold)
    {
        var trace = Assert.Single(await ReadAsync(line));
        Assert.Equal((1, system, "q", "r", gold), (trace.Row, trace.System, trace.User, trace.Response, trace.Gold));
    }

    [Fact]
    public async Task Columns_can_be_named()
    {
        var trace = Assert.Single(
            await ReadAsync(
                """{"question":"no","q2":"q","messages":[],"text":"r","truth":"g"}""",
                new ImportedTraceColumns("q2", "text", "truth")
            )
        );
        Assert.Equal(("q", "r", "g"), (trace.User, trace.Response, trace.Gold));
    }

    [Fact]
    public async Task Our_parquet_files_can_be_read()
    {
        using var file = new TemporaryFile("t.parquet");
        Conversation[] written =
        [
            .. Enumerable.Range(0, 3).Select(i => new Conversation($"c{i}", null, null, [new("user", $"q{i}"), new("assistant", $"r{i}")])),
        ];
        await file.WriteAsync(stream => ConversationFiles.WriteShareGptParquetAsync(stream, written.ToAsyncEnumerable()));
        var traces = await ImportedTraceFile.ReadAsync(file.Path, new ImportedTraceColumns(), p => throw p.ToError()).ToListAsync();
        Assert.Equal([("q0", "r0"), ("q1", "r1"), ("q2", "r2")], traces.Select(t => (t.User, t.Response)));
        Assert.Equal($"{file.Path}, row 2", traces[1].Place);
    }

    [Theory]
    [InlineData(
        "{\"conversations\":[{\"from\":\"human\",\"value\":\"q\"},"
            + "{\"from\":\"gpt\",\"value\":\"r\"},{\"from\":\"human\",\"value\":\"q\"},{\"from\":\"gpt\",\"value\":\"r\"}]}",
        "column 'conversations': found the turns user, assistant, user, assistant; expected one question and one response"
    )]
    [InlineData(
        """{"conversations":[{"from":"gpt","value":"r"},{"from":"human","value":"q"}]}""",
        "column 'conversations': found the turns assistant, user; expected user and assistant in turn"
    )]
    [InlineData("""{"conversations":[]}""", "column 'conversations': found no turns; expected user and assistant in turn")]
    [InlineData("""{"conversations":["q","r"]}""", "column 'conversations[0]': found 'q'; expected a turn")]
    [InlineData(
        """{"messages":[{"role":"user","content":" "},{"role":"assistant","content":"r"}]}""",
        "column 'messages': found empty text; expected a question"
    )]
    [InlineData("""{"question":"q"}""", "column 'response': found no such column among question; expected a response")]
    [InlineData("""{"question":["q"],"response":"r"}""", "column 'question': found a list of 1; expected a question")]
    [InlineData("""{"question":"q","response":""}""", "column 'response': found empty text; expected a response")]
    [InlineData("not JSON", "found text that is not JSON")]
    public async Task An_unusable_row_is_rejected_or_skipped(string line, string message)
    {
        const string Good = """{"question":"q","response":"r"}""";
        const string Other = """{"question":"q2","response":"r"}""";
        var error = await Assert.ThrowsAsync<UserErrorException>(() => ReadAsync(Good + "\n" + line));
        Assert.Contains($"t.jsonl:2: {message}", error.Message, StringComparison.Ordinal);

        var skipped = new List<RowProblem>();
        Assert.Equal([1, 3], (await ReadAsync($"{Good}\n{line}\n{Other}", skipped: skipped.Add)).Select(t => t.Row));
        Assert.EndsWith(":2", Assert.Single(skipped).Place, StringComparison.Ordinal);
    }

    private static async Task<List<ImportedTrace>> ReadAsync(
        string text,
        ImportedTraceColumns? columns = null,
        Action<RowProblem>? skipped = null
    )
    {
        using var file = new TemporaryFile("t.jsonl");
        await File.WriteAllTextAsync(file.Path, text);
        return await ImportedTraceFile
            .ReadAsync(file.Path, columns ?? new ImportedTraceColumns(), skipped ?? (p => throw p.ToError()))
            .ToListAsync();
    }
}
