using System.Text.Json;
using CsCheck;
using Parquet;
using SkillFactory.Core.Datasets;
using SkillFactory.Core.Errors;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.Tests.Traces;

namespace SkillFactory.Core.Tests.Datasets;

public class ConversationFilesTests
{
    private static readonly Gen<string> Text = Gen.OneOf(
        Gen.String[Gen.Char["abc <>/\"\\\n\t{}"], 0, 20], Gen.Const("5 × 3 − 2 ÷ 1 = 13"), Gen.Const("línea\r\nfin"), Gen.Const("😀"), Gen.Const(""));

    private static readonly Gen<Conversation> Conversations =
        from id in Gen.Int
        from question in Text.Null()
        from format in Text.Null()
        from system in Text.Null()
        from turns in Gen.Select(Text, Text).Array[1, 3]
        select new Conversation($"id{id}", question, format,
        [
            .. system is null ? Array.Empty<ConversationTurn>() : [new ConversationTurn("system", system)],
            .. turns.SelectMany(t => new ConversationTurn[] { new("user", t.Item1), new("assistant", t.Item2) }),
        ]);

    public static TheoryData<string> Formats => new("sharegpt.jsonl", "messages.jsonl", "sharegpt.parquet");

    [Theory]
    [MemberData(nameof(Formats))]
    public Task What_is_written_is_read_back(string format) => Conversations.Array[0, 20].SampleAsync(async conversations =>
    {
        using var file = new TemporaryFile(format);
        await file.WriteAsync(async s => Assert.Equal(conversations.Length, await WriteAsync(format, s, conversations)));
        Assert.Equal(Json(conversations), Json(await ReadAsync(format, file.Path)));
    }, iter: 60);

    [Fact]
    public async Task Parquet_files_come_in_bounded_row_groups()
    {
        using var file = new TemporaryFile("big.parquet");
        var conversations = Enumerable.Range(0, 10_000).Select(i => new Conversation($"{i}", $"q{i}", "f", [new("user", $"u{i}"), new("assistant", $"a{i}")])).ToArray();
        await file.WriteAsync(s => WriteAsync("x.parquet", s, conversations));
        await using var reader = await ParquetReader.CreateAsync(file.Path);
        Assert.Equal(3, reader.RowGroupCount);
        Assert.Equal(Json(conversations), Json(await ReadAsync("x.parquet", file.Path)));
    }

    /// <summary>The physical layout that pyarrow and Hugging Face datasets read as list&lt;struct&lt;from, value&gt;&gt;.</summary>
    [Fact]
    public async Task The_conversations_column_is_a_standard_list_of_structs()
    {
        using var file = new TemporaryFile("x.parquet");
        await file.WriteAsync(s => WriteAsync("x.parquet", s, [new Conversation("1", null, null, [new("user", "u"), new("assistant", "a")])]));
        await using var reader = await ParquetReader.CreateAsync(file.Path);
        Assert.Equal(["id", "question_id", "format", "conversations/list/element/from", "conversations/list/element/value"],
            reader.Schema.DataFields.Select(f => f.Path.ToString()));
    }

    [Fact]
    public async Task A_trace_becomes_one_line_that_LLaMA_Factory_reads()
    {
        var question = TraceFixture.Question("q", 1, 0) with { System = "Be careful.", User = "2 + 2 = ?" };
        var trace = TraceFixture.Builder(new TraceSettings { Attempts = 1, Layout = "compact", FinalAnswer = "last_attempt" }).Build(question).Traces[0];
        using var file = new TemporaryFile("x.jsonl");
        await file.WriteAsync(s => WriteAsync("sharegpt.jsonl", s, [Conversation.Of(trace)]));
        Assert.Equal(
            """{"id":"q#0.1","question_id":"q","format":"*C_full","conversations":[{"from":"system","value":"Be careful."},{"from":"human","value":"2 + 2 = ?"},{"from":"gpt","value":"<think><sample>try 0: <answer>good-0</answer></sample><reflect>check 0.0: <verdict>Correct</verdict></reflect></think>"}]}""" + "\n",
            await File.ReadAllTextAsync(file.Path));
    }

    [Fact]
    public async Task Foreign_files_may_lack_ids_and_have_more_columns_and_blank_lines()
    {
        using var file = new TemporaryFile("x.jsonl");
        await File.WriteAllTextAsync(file.Path, "\n{\"source\":[1],\"conversations\":[{\"from\":\"human\",\"value\":\"u\",\"weight\":1},{\"from\":\"gpt\",\"value\":\"a\"}]}\n\n");
        var read = Assert.Single(await ReadAsync("sharegpt.jsonl", file.Path));
        Assert.Equal("row-2", read.Id);
        Assert.Equal([new ConversationTurn("user", "u"), new ConversationTurn("assistant", "a")], read.Turns);
    }

    [Theory]
    [InlineData("sharegpt.jsonl", "{}", ":2: the column 'conversations' is missing; expected a list of turns")]
    [InlineData("messages.jsonl", "{\"conversations\":[]}", ":2: the column 'messages' is missing; expected a list of turns")]
    [InlineData("sharegpt.jsonl", "{\"conversations\":[]}", ":2: conversations: found the turns (none); expected human and gpt in turn, ending with gpt, after at most one system")]
    [InlineData("sharegpt.jsonl", "{\"conversations\":[{\"from\":\"human\",\"value\":\"x\"}]}", ":2: conversations: found the turns human; expected human and gpt in turn, ending with gpt, after at most one system")]
    [InlineData("messages.jsonl", "{\"messages\":[{\"role\":\"assistant\",\"content\":\"x\"},{\"role\":\"user\",\"content\":\"x\"}]}", ":2: messages: found the turns assistant, user; expected user and assistant in turn, ending with assistant, after at most one system")]
    [InlineData("sharegpt.jsonl", "{\"conversations\":[{\"from\":\"user\",\"value\":\"x\"}]}", ":2: conversations[0].from: found 'user'; expected one of system, human, gpt")]
    [InlineData("sharegpt.jsonl", "{\"conversations\":[{\"value\":\"x\"}]}", ":2: conversations[0]: 'from' is missing; expected one of system, human, gpt")]
    [InlineData("sharegpt.jsonl", "{\"conversations\":[null]}", ":2: conversations[0]: 'from' is missing; expected one of system, human, gpt")]
    [InlineData("messages.jsonl", "{\"messages\":[{\"role\":\"user\"}]}", ":2: messages[0]: 'content' is missing; expected text")]
    [InlineData("messages.jsonl", "{\"messages\":[{\"role\":\"user\",\"content\":3}]}", ":2: not the JSON expected at $.messages[0].content: ")]
    [InlineData("messages.jsonl", "[1]", ":2: not the JSON expected: ")]
    [InlineData("messages.jsonl", "null", ":2: found null; expected a JSON object")]
    [InlineData("messages.jsonl", "{\"messages\":", ":2: not the JSON expected")]
    public async Task Bad_rows_are_named(string format, string line, string message)
    {
        const string Good = """{"messages":[{"role":"user","content":"u"},{"role":"assistant","content":"a"}],"conversations":[{"from":"human","value":"u"},{"from":"gpt","value":"a"}]}""";
        using var file = new TemporaryFile(format);
        await File.WriteAllTextAsync(file.Path, $"{Good}\n{line}\n");
        var error = await Assert.ThrowsAsync<UserErrorException>(() => ReadAsync(format, file.Path));
        Assert.StartsWith(file.Path + message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bad_files_are_named()
    {
        using var file = new TemporaryFile("x");
        Assert.Equal($"{file.Path}: no such file", (await Assert.ThrowsAsync<UserErrorException>(() => ReadAsync("sharegpt.jsonl", file.Path))).Message);

        await File.WriteAllBytesAsync(file.Path, [.. "{\"messages\":\""u8, 0xC3, 0x28, .. "\"}\n"u8]);
        Assert.Equal($"{file.Path}:1: the file is not valid UTF-8 (at or after this line)", (await Assert.ThrowsAsync<UserErrorException>(() => ReadAsync("messages.jsonl", file.Path))).Message);
        Assert.StartsWith($"{file.Path}: not a Parquet file, or a damaged one: ", (await Assert.ThrowsAsync<UserErrorException>(() => ReadAsync("sharegpt.parquet", file.Path))).Message, StringComparison.Ordinal);

        await file.WriteAsync(s => RolloutParquet.WriteAsync(s, new[] { RolloutParquetTests.Row(0) }.ToAsyncEnumerable()));
        Assert.StartsWith($"{file.Path}: the column 'conversations' is missing; found experiment, seed, ", (await Assert.ThrowsAsync<UserErrorException>(() => ReadAsync("sharegpt.parquet", file.Path))).Message, StringComparison.Ordinal);
    }

    private static Task<long> WriteAsync(string format, Stream stream, IReadOnlyList<Conversation> conversations) => format switch
    {
        "messages.jsonl" => ConversationFiles.WriteMessagesJsonlAsync(stream, conversations.ToAsyncEnumerable()),
        "sharegpt.jsonl" => ConversationFiles.WriteShareGptJsonlAsync(stream, conversations.ToAsyncEnumerable()),
        _ => ConversationFiles.WriteShareGptParquetAsync(stream, conversations.ToAsyncEnumerable()),
    };

    private static async Task<List<Conversation>> ReadAsync(string format, string path) => await (format switch
    {
        "messages.jsonl" => ConversationFiles.ReadMessagesJsonlAsync(path),
        "sharegpt.jsonl" => ConversationFiles.ReadShareGptJsonlAsync(path),
        _ => ConversationFiles.ReadShareGptParquetAsync(path),
    }).ToListAsync();

    private static string Json(IEnumerable<Conversation> conversations) => JsonSerializer.Serialize(conversations);
}
