using System.Text.Json;
using CsCheck;
using Parquet;
using SkillFactory.Core.Recipes;
using SkillFactory.Data.Conversations;
using SkillFactory.Data.Rollouts;
using SkillFactory.Data.Tests.Rollouts;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Data.Tests.Conversations;

public class ConversationFilesTests
{
    private static readonly Gen<string> Text = Gen.OneOf(
        Gen.String[Gen.Char["abc <>/\"\\\n\t{}"], 0, 20],
        Gen.Const("5 × 3 − 2 ÷ 1 = 13"),
        Gen.Const("línea\r\nfin"),
        Gen.Const("😀"),
        Gen.Const("")
    );

    private static readonly Gen<Conversation> Conversations =
        from id in Gen.Int
        from question in Text.Null()
        from format in Text.Null()
        from system in Text.Null()
        from turns in Gen.Select(Text, Text).Array[1, 3]
        select new Conversation(
            $"id{id}",
            question,
            format,
            [
                .. system is null ? Array.Empty<ConversationTurn>() : [new ConversationTurn("system", system)],
                .. turns.SelectMany(t => new ConversationTurn[] { new("user", t.Item1), new("assistant", t.Item2) }),
            ]
        );

    public static TheoryData<string> Formats => new("sharegpt.jsonl", "messages.jsonl", "sharegpt.parquet", "messages.parquet");

    [Theory]
    [MemberData(nameof(Formats))]
    public Task Written_rows_are_read_back(string format) =>
        Conversations
            .Array[1, 20]
            .SampleAsync(
                async conversations =>
                {
                    using var file = new TemporaryFile(format);
                    await file.WriteAsync(async s => Assert.Equal(conversations.Length, await WriteAsync(format, s, conversations)));
                    Assert.Equal(Json(conversations), Json(await ReadAsync(file.Path)));
                },
                iter: 60
            );

    [Fact]
    public async Task Parquet_row_groups_are_bounded()
    {
        using var file = new TemporaryFile("big.parquet");
        var conversations = Enumerable
            .Range(0, 10_000)
            .Select(i => new Conversation($"{i}", $"q{i}", "f", [new("user", $"u{i}"), new("assistant", $"a{i}")]))
            .ToArray();
        await file.WriteAsync(s => WriteAsync("x.parquet", s, conversations));
        await using var reader = await ParquetReader.CreateAsync(file.Path);
        Assert.Equal(3, reader.RowGroupCount);
        Assert.Equal(Json(conversations), Json(await ReadAsync(file.Path)));
    }

    /// <summary>The physical layout that pyarrow and Hugging Face datasets read as list&lt;struct&lt;from, value&gt;&gt;.</summary>
    [Fact]
    public async Task The_conversations_column_is_a_standard_list_of_structs()
    {
        using var file = new TemporaryFile("x.parquet");
        await file.WriteAsync(s =>
            WriteAsync("x.parquet", s, [new Conversation("1", null, null, [new("user", "u"), new("assistant", "a")])])
        );
        await using var reader = await ParquetReader.CreateAsync(file.Path);
        string[] paths = [.. reader.Schema.DataFields.Select(f => f.Path.ToString())];
        Assert.Equal(
            ["conversations/list/element/from", "conversations/list/element/value"],
            paths.Where(p => p.StartsWith("conversations", StringComparison.Ordinal))
        );
        Assert.Equal(
            [
                "id",
                "question_id",
                "format",
                "attempts/list/element",
                "attempt_correct/list/element",
                "variants/list/element",
                "reflections/list/element",
                "model",
                "weights_version",
            ],
            paths.Where(p => !p.StartsWith("conversations", StringComparison.Ordinal))
        );
    }

    [Fact]
    public async Task A_trace_becomes_one_line_that_LLaMA_Factory_reads()
    {
        var question = TraceFixture.Question("q", 1, 0) with { System = "Be careful.", User = "2 + 2 = ?" };
        var trace = TraceFixture
            .Builder(
                new TraceSettings
                {
                    Attempts = 1,
                    Layout = "compact",
                    FinalAnswer = "last_attempt",
                }
            )
            .Build(question)
            .Traces[0];
        using var file = new TemporaryFile("x.jsonl");
        await file.WriteAsync(s => WriteAsync("sharegpt.jsonl", s, [Conversation.Of(trace)]));
        Assert.Equal(
            "{\"id\":\"q#0.1\",\"question_id\":\"q\",\"format\":\"*C_full\","
                + "\"conversations\":[{\"from\":\"system\",\"value\":\"Be careful.\"},{\"from\":\"human\",\"value\":\"2 + 2 = ?\"},"
                + "{\"from\":\"gpt\",\"value\":\"<think><sample>try 0: <answer>good-0</answer></sample>"
                + "<reflect>check 0.0: <verdict>Correct</verdict></reflect></think>\"}],"
                + "\"attempts\":[\"q/original#0\"],\"attempt_correct\":[true],\"reflections\":[\"q/original#0/reflection#0\"]}"
                + "\n",
            await File.ReadAllTextAsync(file.Path)
        );
    }

    [Fact]
    public async Task Files_may_lack_ids_and_have_extra_columns_and_blank_lines()
    {
        using var file = new TemporaryFile("x.jsonl");
        await File.WriteAllTextAsync(
            file.Path,
            "\n{\"source\":[1],\"conversations\":[{\"from\":\"human\",\"value\":\"u\","
                + "\"weight\":0},{\"from\":\"gpt\",\"value\":\"a\"}]}\n\n"
        );
        var read = Assert.Single(await ReadAsync(file.Path));
        Assert.Equal("row-2", read.Id);
        Assert.Equal([new ConversationTurn("user", "u"), new ConversationTurn("assistant", "a")], read.Turns);
    }

    /// <summary>The released SFT sets have role and content under conversations. Public R1 data has a column for the system
    /// message.</summary>
    [Theory]
    [InlineData(
        """{"conversations":[{"role":"user","content":"u"},{"role":"assistant","content":"a"}],"sft_template_type_idx":"3C"}""",
        "user:u|assistant:a"
    )]
    [InlineData(
        """{"system":"s","conversations":[{"from":"user","value":"u"},{"from":"assistant","value":"a"}]}""",
        "system:s|user:u|assistant:a"
    )]
    [InlineData(
        "{\"system\":\"s\",\"messages\":[{\"role\":\"system\",\"content\":\"s\"},"
            + "{\"role\":\"user\",\"content\":\"u\"},{\"role\":\"assistant\",\"content\":\"a\"}],\"conversations\":null}",
        "system:s|user:u|assistant:a"
    )]
    [InlineData(
        """{"id":7,"system":null,"messages":[{"role":"human","content":"u"},{"role":"gpt","content":"a"}]}""",
        "user:u|assistant:a"
    )]
    public async Task Common_spellings_are_supported(string line, string turns)
    {
        using var file = new TemporaryFile("x.jsonl");
        await File.WriteAllTextAsync(file.Path, line);
        Assert.Equal(turns, string.Join('|', Assert.Single(await ReadAsync(file.Path)).Turns.Select(t => $"{t.Role}:{t.Content}")));
    }

    [Theory]
    [InlineData("{}", ": column 'conversations': found no such column among ; expected a list of turns, or a column 'messages' with one")]
    [InlineData("""{"message":[]}""", ": column 'conversations': found no such column among message; expected a list of turns")]
    [InlineData(
        """{"conversations":[]}""",
        ": column 'conversations': found no turns; expected user and assistant in turn, ending with the assistant, after at most "
            + "one system turn"
    )]
    [InlineData(
        """{"conversations":[{"from":"human","value":"x"}]}""",
        ": column 'conversations': found the turns user; expected user and assistant in turn"
    )]
    [InlineData(
        """{"messages":[{"role":"assistant","content":"x"},{"role":"user","content":"x"}]}""",
        ": column 'messages': found the turns assistant, user; expected user and"
    )]
    [InlineData(
        """{"conversations":[{"from":"robot","value":"x"}]}""",
        ": column 'conversations[0].from': found 'robot'; expected one of system (developer), user (human) or assistant (gpt)"
    )]
    [InlineData(
        """{"conversations":[{"value":"x"}]}""",
        ": column 'conversations[0]': found an object with value; expected 'from' as one of "
    )]
    [InlineData(
        """{"conversations":[null]}""",
        ": column 'conversations[0]': found null; expected a turn: an object with from and value, or with role and content"
    )]
    [InlineData("""{"conversations":"x"}""", ": column 'conversations': found 'x'; expected a list of turns")]
    [InlineData("""{"messages":[{"role":"user"}]}""", ": column 'messages[0]': found an object with role; expected 'content' with text")]
    [InlineData("""{"messages":[{"role":"user","content":3}]}""", ": column 'messages[0].content': found '3'; expected text")]
    [InlineData("""[1]""", ": found a list of 1; expected a JSON object on one line")]
    [InlineData("""{"messages":""", ": found text that is not JSON (")]
    public async Task Errors_name_the_bad_row(string line, string message)
    {
        const string Good = """{"conversations":[{"from":"human","value":"u"},{"from":"gpt","value":"a"}]}""";
        using var file = new TemporaryFile("x.jsonl");
        await File.WriteAllTextAsync(file.Path, $"{Good}\n{line}\n");
        var error = await Assert.ThrowsAsync<UserErrorException>(() => ReadAsync(file.Path));
        Assert.StartsWith($"{file.Path}:2{message}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Errors_name_the_bad_file()
    {
        using var file = new TemporaryFile("x");
        Assert.Equal($"{file.Path}: no such file", await ErrorAsync(file.Path));
        await File.WriteAllBytesAsync(file.Path, [.. "{\"messages\":\""u8, 0xC3, 0x28, .. "\"}\n"u8]);
        Assert.Equal($"{file.Path}:1: found bytes that are not valid UTF-8; expected UTF-8 text", await ErrorAsync(file.Path));
        await file.WriteAsync(s => RolloutParquet.WriteAsync(s, new[] { RolloutParquetTests.Row(0) }.ToAsyncEnumerable()));
        Assert.StartsWith(
            $"{file.Path}, row 1: column 'conversations': found no such column among experiment, seed, ",
            await ErrorAsync(file.Path),
            StringComparison.Ordinal
        );
    }

    private static async Task<string> ErrorAsync(string path) =>
        (await Assert.ThrowsAsync<UserErrorException>(() => ReadAsync(path))).Message;

    private static Task<long> WriteAsync(string format, Stream stream, IReadOnlyList<Conversation> conversations) =>
        format switch
        {
            "messages.jsonl" => ConversationFiles.WriteMessagesJsonlAsync(stream, conversations.ToAsyncEnumerable()),
            "sharegpt.jsonl" => ConversationFiles.WriteShareGptJsonlAsync(stream, conversations.ToAsyncEnumerable()),
            "messages.parquet" => ConversationFiles.WriteMessagesParquetAsync(stream, conversations.ToAsyncEnumerable()),
            _ => ConversationFiles.WriteShareGptParquetAsync(stream, conversations.ToAsyncEnumerable()),
        };

    private static async Task<List<Conversation>> ReadAsync(string path) => await ConversationFiles.ReadAsync(path).ToListAsync();

    private static string Json(IEnumerable<Conversation> conversations) => JsonSerializer.Serialize(conversations);
}
