using SkillFactory.Core.Traces;
using SkillFactory.Data.ImportedTraces;
using SkillFactory.Tables.Rows;

namespace SkillFactory.Data.Tests.ImportedTraces;

/// <summary>Columns that carry training text or loss weight: honoured as the field's trainers do, or refused by name.</summary>
public sealed class TrainingColumnTests
{
    /// <summary>In the rows below, «q» stands for this turn and «r for the beginning of the next.</summary>
    private const string Question = """{"role":"user","content":"q"}""";
    private const string Response = "{\"role\":\"assistant\",\"content\":\"r\"";

    /// <summary>Thinking in the layout of Qwen3's template; Alpaca's input after a line end, as LLaMA-Factory joins it.</summary>
    [Theory]
    [InlineData("""{"messages":[«q»,«r,"reasoning_content":" t\n"}]}""", "q", "<think>\nt\n</think>\n\nr")]
    [InlineData("""{"messages":[«q»,«r,"thinking":"t"}]}""", "q", "<think>\nt\n</think>\n\nr")]
    [InlineData("""{"messages":[«q»,«r,"reasoning":"t","reasoning_content":"t"}]}""", "q", "<think>\nt\n</think>\n\nr")]
    [InlineData("""{"messages":[«q»,«r,"reasoning_content":null,"tool_calls":[],"function_call":null}]}""", "q", "r")]
    [InlineData("""{"messages":[«q»,«r}],"reasoning":"t"}""", "q", "<think>\nt\n</think>\n\nr")]
    [InlineData(
        """{"messages":[«q»,{"role":"assistant","content":"<think>t</think>r","reasoning_content":"t"}]}""",
        "q",
        "<think>t</think>r"
    )]
    [InlineData(
        """{"messages":[«q»,{"role":"assistant","content":[{"type":"thinking","thinking":"t"},{"type":"text","text":"r"}]}]}""",
        "q",
        "<think>\nt\n</think>\n\nr"
    )]
    [InlineData("""{"question":"q","reasoning_content":"t","response":"\nr"}""", "q", "<think>\nt\n</think>\n\nr")]
    [InlineData("""{"question":"q","thinking":"4","response":"It is 4."}""", "q", "<think>\n4\n</think>\n\nIt is 4.")]
    [InlineData("""{"question":"q","reasoning":true,"response":"r"}""", "q", "r")]
    [InlineData("""{"instruction":"Add.","input":"2 and 3","output":"5"}""", "Add.\n2 and 3", "5")]
    [InlineData("""{"instruction":"Add.","input":"","output":"5","history":[],"system":""}""", "Add.", "5")]
    [InlineData("""{"messages":[«q»,«r,"weight":1}],"weight":1.0}""", "q", "r")]
    [InlineData("""{"messages":[{"role":"user","content":"q","weight":0,"train":false},«r,"train":true}]}""", "q", "r")]
    [InlineData("""{"prompt":[«q»],"completion":[«r}]}""", "q", "r")]
    [InlineData("""{"conversations":[{"from":"human","value":"q"},{"from":"gpt","value":"r"}],"messages":[«q»,«r}]}""", "q", "r")]
    public async Task Training_text_is_honoured(string line, string user, string response)
    {
        var trace = Assert.Single(await ReadAsync(line));
        Assert.Equal((user, response, null), (trace.User, trace.Response, trace.System));
    }

    [Theory]
    [InlineData("""{"system":"s","messages":[{"role":"system","content":"s"},«q»,«r}]}""")]
    [InlineData("""{"messages":[{"role":"developer","content":"s"},«q»,«r}]}""")]
    [InlineData("""{"system":"s","prompt":[«q»],"completion":[«r}]}""")]
    [InlineData("""{"system":"s","instruction":"q","output":"r"}""")]
    public async Task The_system_message_is_a_turn_or_a_column(string line) =>
        Assert.Equal("s", Assert.Single(await ReadAsync(line)).System);

    [Theory]
    [InlineData("""{"messages":[«q»,«r,"weight":0}]}""", "column 'messages[1].weight': found '0'; expected 1 or nothing")]
    [InlineData("""{"messages":[«q»,«r,"weight":0.5}]}""", "column 'messages[1].weight': found '0.5'; expected 0 or 1")]
    [InlineData("""{"messages":[«q»,«r,"train":false}]}""", "column 'messages[1].train': found false; expected 1 or nothing")]
    [InlineData("""{"messages":[«q»,«r,"loss":"0"}]}""", "column 'messages[1].loss': found '0'; expected 1 or nothing")]
    [InlineData(
        """{"messages":[«q»,«r,"train_detail":[{"begin_offset":0,"end_offset":1,"train":true}]}]}""",
        "column 'messages[1].train_detail': found a list of 1; expected nothing: loss on parts of a response is not supported"
    )]
    [InlineData(
        """{"messages":[{"role":"user","content":"q","weight":1},«r}]}""",
        "column 'messages[0].weight': found '1'; expected 0 or nothing: only the response is trained on"
    )]
    [InlineData("""{"question":"q","response":"r","weight":0}""", "column 'weight': found '0'; expected 1 or nothing")]
    [InlineData("""{"prompt":"q","completion":"r","label":false}""", "column 'label': found false; expected 1 or nothing")]
    [InlineData(
        """{"question":"q","response":"r","loss_mask":[0,1]}""",
        "column 'loss_mask': found a list of 2; expected nothing: loss on parts"
    )]
    [InlineData("""{"messages":[«q»,«r,"mask":1}]}""", "column 'messages[1].mask': found '1'; expected nothing: loss on parts")]
    [InlineData("""{"instruction":"q","context":"c","response":"r"}""", "column 'context': found 'c'; expected nothing: write it into")]
    [InlineData(
        """{"system_prompt":"s","question":"q","response":"r"}""",
        "column 'system_prompt': found 's'; expected nothing: the column"
    )]
    [InlineData(
        """{"messages":[«q»,«r,"reasoning_details":[{"text":"t"}]}]}""",
        "column 'messages[1].reasoning_details': found a list of 1; expected nothing: thinking is read"
    )]
    [InlineData("""{"question":"q","response":"r","thought":"t"}""", "column 'thought': found 't'; expected nothing: thinking is read")]
    [InlineData("""{"question":"q","response":"r","kto_tag":false}""", "column 'kto_tag': found false; expected 1 or nothing")]
    [InlineData(
        """{"messages":[«q»,«r,"tool_calls":[{"function":{"name":"f"}}]}]}""",
        "column 'messages[1].tool_calls': found a list of 1; expected nothing: calls of tools are not trained on here"
    )]
    [InlineData(
        """{"messages":[«q»,{"role":"assistant","content":null,"tool_calls":[{"function":{"name":"f"}}]}]}""",
        "column 'messages[1].tool_calls': found a list of 1; expected nothing"
    )]
    [InlineData("""{"tools":"[{}]","messages":[«q»,«r}]}""", "column 'tools': found '[{}]'; expected nothing: tools are not supported")]
    [InlineData(
        """{"instruction":"q","output":"r","history":[["q0","r0"]]}""",
        "column 'history': found a list of 1; expected nothing: earlier turns are not trained on here"
    )]
    [InlineData(
        """{"question":"q","input":"i","response":"r"}""",
        "column 'input': found 'i'; expected nothing beside the column 'question'"
    )]
    [InlineData(
        """{"question":"q","response":"r","images":["a.png"]}""",
        "column 'images': found a list of 1; expected nothing: only text"
    )]
    [InlineData(
        """{"system":"t","messages":[{"role":"system","content":"s"},«q»,«r}]}""",
        "column 'system': found 't'; expected nothing, or the text of the system turn 's'"
    )]
    [InlineData(
        """{"messages":[«q»,{"role":"assistant","content":"<think>a</think>r","reasoning_content":"b"}]}""",
        "column 'messages[1].reasoning_content': found 'b'; expected nothing, as the response has another thinking in <think> tags"
    )]
    [InlineData(
        """{"messages":[«q»,«r,"reasoning":"a","thinking":"b"}]}""",
        "column 'messages[1].thinking': found 'b'; expected nothing, as the response has another thinking"
    )]
    [InlineData(
        """{"messages":[{"role":"user","content":"q","thinking":"t"},«r}]}""",
        "column 'messages[0].thinking': found 't'; expected nothing, as the turn is of the role user"
    )]
    [InlineData(
        """{"messages":[{"role":"user","content":[{"type":"text","text":"q"},{"type":"image_url"}]},«r}]}""",
        "column 'messages[0].content[1].type': found 'image_url'; expected text or thinking: other parts are not supported"
    )]
    [InlineData(
        """{"messages":[{"role":"user","content":"q","value":"other"},«r}]}""",
        "column 'messages[0].value': found 'other'; expected nothing, or the text of 'content'"
    )]
    [InlineData(
        """{"conversations":[{"from":"human","value":"q"},{"from":"gpt","value":"r2"}],"messages":[«q»,«r}]}""",
        "column 'messages': found other turns than in conversations; expected the same turns, or one of the two columns"
    )]
    [InlineData("""{"messages":[«q»,{"role":"tool","content":"r"}]}""", "column 'messages[1].role': found 'tool'")]
    public async Task What_is_not_supported_is_refused_by_name(string line, string problem)
    {
        var bad = new List<RowProblem>();
        Assert.Empty(await ReadAsync(line, bad: bad.Add));
        Assert.StartsWith($"t.jsonl:1: {problem}", Assert.Single(bad).ToString()[(bad[0].Place.Length - 9)..], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Columns_without_a_use_are_counted_by_name()
    {
        var counts = new ImportedRowCounts();
        await ReadAsync(
            """
            {"messages":[«q»,«r,"name":"n"}],"source":"s","solution":"a","empty":"","list":[],"id":1,"answer":"4","model":"m"}
            {"messages":[{"role":"user","content":"q2"},«r}],"source":"s"}
            """,
            counts: counts
        );
        Assert.Equal([("messages[].name", 1), ("solution", 1), ("source", 2)], counts.Unused.Select(c => (c.Key, (int)c.Value)).Order());
    }

    [Fact]
    public async Task A_named_column_is_what_the_user_says()
    {
        var trace = Assert.Single(
            await ReadAsync(
                """{"instruction":"Solve.","input":"q","thinking":"r","weight":7}""",
                new ImportedTraceColumns("input", "thinking", "weight")
            )
        );
        Assert.Equal(("q", "r", "7"), (trace.User, trace.Response, trace.Gold));
    }

    [Fact]
    public async Task Rows_that_repeat_another_are_skipped_and_counted()
    {
        var counts = new ImportedRowCounts();
        const string Row = """{"question":"q","response":"r","gold":"g"}""";
        var traces = await ReadAsync(
            string.Join(
                '\n',
                Row,
                Row,
                """{"gold":"g","response":"r","question":"q","note":1}""",
                """{"question":"q","response":"s","gold":"g"}"""
            ),
            counts: counts
        );
        Assert.Equal(["r", "s"], traces.Select(t => t.Response));
        Assert.Equal((4, 2), (counts.Rows, counts.Repeated));
    }

    [Fact]
    public async Task Csv_rows_hold_messages_as_json_text()
    {
        using var file = new TemporaryFile("t.csv");
        var turns = $"[{Question},{Response}}}]".Replace("\"", "\"\"", StringComparison.Ordinal);
        await File.WriteAllTextAsync(file.Path, $"messages,weight\n\"{turns}\",1\n");
        var traces = await ImportedTraceFile.ReadAsync(file.Path, new ImportedTraceColumns(), p => throw p.ToError()).ToListAsync();
        Assert.Equal(("q", "r"), (Assert.Single(traces).User, traces[0].Response));
    }

    private static async Task<List<ImportedTrace>> ReadAsync(
        string text,
        ImportedTraceColumns? columns = null,
        Action<RowProblem>? bad = null,
        ImportedRowCounts? counts = null
    )
    {
        using var file = new TemporaryFile("t.jsonl");
        text = text.Replace("«q»", Question, StringComparison.Ordinal).Replace("«r", Response, StringComparison.Ordinal);
        await File.WriteAllTextAsync(file.Path, text);
        return await ImportedTraceFile
            .ReadAsync(file.Path, columns ?? new ImportedTraceColumns(), bad ?? (p => throw p.ToError()), counts)
            .ToListAsync();
    }
}
