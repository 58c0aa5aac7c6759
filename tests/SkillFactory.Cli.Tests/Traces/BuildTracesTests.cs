using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using SkillFactory.Data.Conversations;
using SkillFactory.Grading;
using SkillFactory.Tables.Rows;

namespace SkillFactory.Cli.Tests.Traces;

/// <summary><c>traces build</c> with valid input.</summary>
public sealed class BuildTracesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TestCli _run = new();

    public void Dispose()
    {
        _run.Dispose();
        _folder.Dispose();
    }

    /// <summary>Set UPDATE_GOLDEN=1 to write the golden files, and review the difference.</summary>
    [Theory]
    [InlineData("sharegpt.jsonl")]
    [InlineData("attempts.jsonl")]
    [InlineData("dataset_info.json")]
    [InlineData("README.md")]
    public async Task The_dataset_matches_the_golden_files(string file)
    {
        var built = await BuildAsync(
            RawDataset.Rows(2, 7),
            "--attempts",
            "3",
            "--seed",
            "7",
            "--name",
            "golden",
            "--write",
            "sharegpt,messages"
        );
        var text = (await File.ReadAllTextAsync(Path.Combine(built, file))).Replace(_folder.Path, "", StringComparison.Ordinal);
        var golden = Path.Combine(Path.GetDirectoryName(Here())!, "Golden", $"traces-build-{file}");
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            await File.WriteAllTextAsync(golden, text);
        }

        Assert.Equal(await File.ReadAllTextAsync(golden), text);
    }

    /// <summary>The order of the rows, their split into files, the file format and the column names have no effect.</summary>
    [Fact]
    public async Task The_same_rows_give_the_same_traces_in_every_file_layout()
    {
        var rows = RawDataset.Rows(40, 9);
        string[] words = ["--attempts", "4", "--repeats", "2", "--seed", "3", "--name", "same"];
        var expected = await TracesAsync(await BuildAsync(rows, words));
        Assert.Equal(40 * 4 * 2, expected.Split('\n').Length - 1);

        var shuffled = rows.ToList();
        new Random(5).Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(shuffled));
        Assert.Equal(expected, await TracesAsync(await BuildAsync(shuffled, words)));
        Assert.Equal(expected, await TracesAsync(await BuildAsync(RawDataset.Rows(40, 9, RawDataset.Annotated), words)));

        var shards = Path.Combine(_folder.Path, "shards");
        foreach (var (i, shard) in shuffled.Chunk(100).Index())
        {
            RawDataset.Write(Path.Combine(shards, $"part-{i}.jsonl"), shard);
        }

        Assert.Equal(expected, await TracesAsync(await BuildAsync(shards, words)));

        var parquet = Path.Combine(_folder.Path, "raw.parquet");
        await RawDataset.WriteParquetAsync(parquet, shuffled, 50);
        Assert.Equal(expected, await TracesAsync(await BuildAsync(parquet, words)));
        foreach (var file in (string[])["raw.json", "raw.csv", "raw.jsonl.gz", "raw.csv.gz"])
        {
            var path = Path.Combine(_folder.Path, file);
            RawDataset.WriteAs(path, shuffled);
            Assert.Equal(expected, await TracesAsync(await BuildAsync(path, words)));
        }

        Assert.NotEqual(expected, await TracesAsync(await BuildAsync(rows, [.. words[..4], "--seed", "4", "--name", "same"])));
    }

    [Fact]
    public async Task Every_trace_satisfies_its_format_and_refers_to_its_source_rows()
    {
        var built = await BuildAsync(RawDataset.Rows(20, 8), "--attempts", "4", "--seed", "1");
        var sources = (await RowsAsync(built, "attempts.jsonl")).ToDictionary(r => (string)r["id"]!);
        var input = Path.Combine(_folder.Path, "in.jsonl");
        var lines = await File.ReadAllLinesAsync(input);
        var traces = await RowsAsync(built, "sharegpt.jsonl");
        Assert.Equal(Enumerable.Repeat(4, 20), traces.CountBy(t => (string)t["question_id"]!).Select(c => c.Value));
        foreach (var trace in traces)
        {
            string[] attempts = [.. trace["attempts"]!.AsArray().Select(a => (string)a!)];
            bool[] correct = [.. trace["attempt_correct"]!.AsArray().Select(a => (bool)a!)];
            Assert.Equal(attempts.Length, attempts.Distinct().Count());
            Assert.True(correct[^1]);
            Assert.Equal("some/model", (string)trace["model"]!);
            var turns = trace["conversations"]!.AsArray();
            Assert.Equal(["human", "gpt"], turns.Select(t => (string)t!["from"]!));
            var response = (string)turns[1]!["value"]!;
            foreach (var (i, id) in attempts.Index())
            {
                // Follow the trace to its source row.
                var source = sources[id];
                var row = JsonNode.Parse(lines[int.Parse(((string)source["source"]!).Split(':')[^1]) - 1])!;
                Assert.Equal($"{input}:", ((string)source["source"]!)[..(input.Length + 1)]);
                Assert.Equal((string)row["question"]!, (string)turns[0]!["value"]!);
                Assert.Contains((string)row[RawDataset.Mutated]![0]!, response, StringComparison.Ordinal);
                Assert.Equal((bool)row[$"{RawDataset.Mutated}__eval_is_correct"]![0]!, correct[i]);
                Assert.Equal((string)row["prompt_variant"]!, (string)trace["variants"]![i]!);
                var reflection = (string)trace["reflections"]![i]!;
                Assert.Equal($"{id}/reflection#0", reflection);
                Assert.Contains((string)row[$"{RawDataset.Mutated}_reflection"]![0]!, response, StringComparison.Ordinal);
            }

            var last = JsonNode.Parse(lines[int.Parse(((string)sources[attempts[^1]]["source"]!).Split(':')[^1]) - 1])!;
            Assert.Equal((string)last["answer"]!, Tags.LastAnswer(response)!.Trim());
        }
    }

    [Fact]
    public async Task The_card_has_the_counts_of_every_filter()
    {
        var built = await BuildAsync(
            RawDataset.Rows(10, 6),
            "--attempts",
            "2",
            "--variants",
            "original,rephrase",
            "--drop-reflections-with",
            "of 1"
        );
        var card = await File.ReadAllTextAsync(Path.Combine(built, "README.md"));

        // Of the attempts 0 to 5 of a question, 0 and 3 are correct, and 0, 3 and 4 have one of the two variants. The dropped words are in
        // the reflections of question 1 with the right verdict.
        foreach (
            var line in (string[])
                [
                    "| rows | 60 |",
                    "| questions | 10 |",
                    "| questions with a usable correct attempt | 9 |",
                    "| traces | 18 |",
                    "| traces a question had too few attempts for | 0 |",
                    "| attempts | 20 | 40 |",
                    "| attempts of other variants | 0 | 30 |",
                    "| reflections | 60 | 30 |",
                    "| reflections without verdict | 20 | 10 |",
                    "| reflections with dropped words | 2 | 1 |",
                    "| reflections mismatched | 20 | 10 |",
                    "| reflections kept | 18 | 9 |",
                    "| attempts without reflection | 2 | 1 |",
                    "| attempts kept | 18 | 9 |",
                    "| *C_full | 1 | 9 |",
                    "| *C_full | 2 | 9 |",
                    "| variants | original, rephrase |",
                    "| seed | 1 |",
                ]
        )
        {
            Assert.Contains($"\n{line}\n", card, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task All_file_formats_have_the_same_content()
    {
        var built = await BuildAsync(
            RawDataset.Rows(12, 6),
            "--attempts",
            "3",
            "--loss",
            "mask_wrong",
            "--write",
            "sharegpt,sharegpt-parquet,messages,messages-parquet,traces,verl",
            "--task",
            "word_problem",
            "--name",
            "all"
        );
        var expected = await ConversationFiles.ReadAsync(Path.Combine(built, "sharegpt.jsonl")).ToListAsync();
        foreach (var file in (string[])["sharegpt.parquet", "messages.jsonl", "messages.parquet"])
        {
            Assert.Equal(
                JsonSerializer.Serialize(expected),
                JsonSerializer.Serialize(await ConversationFiles.ReadAsync(Path.Combine(built, file)).ToListAsync())
            );
        }

        var segments = await RowsAsync(built, "traces.jsonl");
        Assert.Equal(
            expected.Select(c => c.Turns[^1].Content),
            segments.Select(t => string.Concat(t["segments"]!.AsArray().Select(s => (string)s!["text"]!)))
        );
        Assert.Contains(segments.SelectMany(t => t["segments"]!.AsArray()), s => !(bool)s!["loss"]!);

        var prompts = await TableFile.ReadAsync(Path.Combine(built, "verl.parquet")).ToListAsync();
        Assert.Equal(12, prompts.Count);
        foreach (var (i, prompt) in prompts.Index())
        {
            Assert.Equal("all", prompt.Text("data_source"));
            Assert.Equal("rule", prompt.Text("reward_model.style"));
            Assert.Equal("word_problem", prompt.Text("ability"));
            Assert.Equal($"{i}", prompt.Text("extra_info.index"));
            var message = Assert.Single(prompt.Find("prompt")!.Value.EnumerateArray());
            Assert.Equal("user", message.GetProperty("role").GetString());
            Assert.Equal(
                $"Question {int.Parse(prompt.Text("reward_model.ground_truth")) - 1}: ",
                message.GetProperty("content").GetString()!.Split("what")[0]
            );
        }

        var info = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(built, "dataset_info.json")))!.AsObject();
        Assert.Equal(["all", "all-sharegpt-parquet", "all-messages", "all-messages-parquet"], info.Select(e => e.Key));
        Assert.All(info, e => Assert.True(File.Exists(Path.Combine(built, (string)e.Value!["file_name"]!))));
        Assert.Equal("conversations", (string)info["all"]!["columns"]!["messages"]!);
        Assert.Equal("assistant", (string)info["all-messages"]!["tags"]!["assistant_tag"]!);
    }

    /// <summary>An identical row is another attempt. Its id does not depend on the order of the rows.</summary>
    [Fact]
    public async Task Identical_attempts_have_different_ids()
    {
        List<JsonObject> rows = [RawDataset.Row(0, 0, correct: true), RawDataset.Row(0, 0, correct: true)];
        var trace = (await RowsAsync(await BuildAsync(rows, "--attempts", "2"), "sharegpt.jsonl"))[1];
        var ids = trace["attempts"]!.AsArray().Select(a => (string)a!).Order().ToList();
        Assert.Equal($"{ids[0]}.2", ids[1]);
        Assert.Single(await RowsAsync(await BuildAsync(rows, "--attempts", "2", "--duplicates", "same_text"), "sharegpt.jsonl"));
    }

    [Fact]
    public async Task Columns_can_be_named_and_rows_selected()
    {
        var rows = RawDataset
            .Rows(4, 6)
            .Select(
                (r, i) =>
                    new JsonObject
                    {
                        ["q"] = (string)r["question"]!,
                        ["text"] = (string)r[RawDataset.Mutated]![0]!,
                        ["ok"] = (bool)r[$"{RawDataset.Mutated}__eval_is_correct"]![0]! ? 1 : 0,
                        ["reflections"] = r[$"{RawDataset.Mutated}_reflection"]!.DeepClone(),
                        ["meta"] = new JsonObject { ["part"] = i / 12 },
                    }
            )
            .ToList();
        var built = await BuildAsync(
            rows,
            "--question-column",
            "q",
            "--response-column",
            "text",
            "--correct-column",
            "ok",
            "--reflections-column",
            "reflections",
            "--where",
            "meta.part=1",
            "--attempts",
            "2"
        );
        Assert.Equal(4, (await RowsAsync(built, "sharegpt.jsonl")).Count);
        Assert.Contains(
            "| rows not asked for | 12 |",
            await File.ReadAllTextAsync(Path.Combine(built, "README.md")),
            StringComparison.Ordinal
        );
    }

    /// <summary>A format without reflections does not require them.</summary>
    [Fact]
    public async Task Reflections_may_be_missing_if_the_format_uses_none()
    {
        var rows = RawDataset.Rows(3, 6);
        rows.ForEach(r => r.Remove($"{RawDataset.Mutated}_reflection"));
        Assert.Equal(
            3,
            (await RowsAsync(await BuildAsync(rows, "--format", "rejection"), "sharegpt.jsonl"))
                .CountBy(t => (string)t["question_id"]!)
                .Count()
        );
    }

    [Fact]
    public async Task A_split_can_be_selected()
    {
        var raw = Path.Combine(_folder.Path, "raw");
        RawDataset.Write(Path.Combine(raw, "train-0.jsonl"), RawDataset.Rows(3, 4));
        RawDataset.Write(Path.Combine(raw, "test-0.jsonl"), RawDataset.Rows(5, 4).Skip(12));
        Assert.Equal(3, (await RowsAsync(await BuildAsync(raw, "--attempts", "1"), "sharegpt.jsonl")).Count);
        Assert.Equal(2, (await RowsAsync(await BuildAsync(raw, "--attempts", "1", "--split", "test"), "sharegpt.jsonl")).Count);
    }

    private static async Task<string> TracesAsync(string folder) => await File.ReadAllTextAsync(Path.Combine(folder, "sharegpt.jsonl"));

    private static async Task<List<JsonNode>> RowsAsync(string folder, string file) =>
        [.. (await File.ReadAllLinesAsync(Path.Combine(folder, file))).Select(l => JsonNode.Parse(l)!)];

    private Task<string> BuildAsync(IEnumerable<JsonObject> rows, params string[] words)
    {
        var input = Path.Combine(_folder.Path, "in.jsonl");
        RawDataset.Write(input, rows);
        return BuildAsync(input, words);
    }

    private async Task<string> BuildAsync(string input, params string[] words)
    {
        var output = Path.Combine(_folder.Path, Guid.NewGuid().ToString("n"));
        var code = await _run.RunAsync(["traces", "build", "--input", input, "--output", output, .. words]);
        Assert.True(code == ExitCodes.Ok, _run.Error.ToString());
        Assert.DoesNotContain(Directory.EnumerateFileSystemEntries(output), e => Path.GetFileName(e).StartsWith('.'));
        return output;
    }

    private static string Here([CallerFilePath] string path = "") => path;
}
