using System.Text;
using Parquet.Serialization;
using SkillFactory.Primitives.Errors;
using SkillFactory.Tables.Rows;

namespace SkillFactory.Tables.Tests.Rows;

public sealed class TableFileTests
{
    [Fact]
    public async Task Json_lines_are_read_with_their_line_numbers()
    {
        using var file = new TemporaryFile("x");
        await File.WriteAllTextAsync(
            file.Path,
            "\uFEFF{\"a\": \"é\", \"n\": 142.0}\r\n\n  \n{\"a\": {\"b\": \"c\"}}\n{\"a.b\": \"d\", \"a\": {\"b\": \"c\"}}"
        );
        var rows = await TableFile.ReadAsync(file.Path).ToListAsync();
        Assert.Equal([1, 4, 5], rows.Select(r => r.Number));
        Assert.Equal(["é", "c", "d"], [rows[0].Text("a"), rows[1].Text("a.b"), rows[2].Text("a.b")]);
        Assert.Equal("142.0", rows[0].Text("n"));
        Assert.Null(rows[0].Find("b"));
        Assert.Null(rows[0].Find("a.b"));
        Assert.Equal(1, rows[^1].Share);
    }

    [Fact]
    public async Task A_git_lfs_pointer_is_named_with_the_command_that_fetches_the_file()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("train.parquet", "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n");
        var error = await Assert.ThrowsAsync<UserErrorException>(async () => await TableFile.ReadAsync(path).ToListAsync());
        Assert.StartsWith($"{path}: a Git LFS pointer, not the file itself", error.Message, StringComparison.Ordinal);
        Assert.Contains($"'git -C {folder.Path} lfs pull'", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"a\": \"1\", \"b\": 2, \"a\": \"3\"}", "a")]
    [InlineData("{\"a\": \"1\", \"\\u0061\": \"1\"}", "a")]
    [InlineData("{\"a\": {\"b\": [1, {\"c\": 1, \"c\": 1}]}}", "a.b.c")]
    [InlineData("{\"a\": \"1\", \"\": 2, \"\": 3}", "")]
    [InlineData(
        "{\"a\":0,\"b\":0,\"c\":0,\"d\":0,\"e\":0,\"f\":0,\"g\":0,\"h\":0,\"i\":0,\"j\":0,"
            + "\"k\":0,\"l\":0,\"m\":0,\"n\":0,\"o\":0,\"p\":0,\"q\":0,\"p\":1}",
        "p"
    )]
    public async Task A_row_with_the_same_key_twice_is_bad(string row, string key)
    {
        using var folder = new TemporaryFolder();
        var expected = $"found the key '{key}' twice; expected every key once";
        var lines = folder.File("x.jsonl", "{\"a\": \"0\"}\n" + row + "\n");
        var read = await TableFile.ReadAsync(lines).ToListAsync();
        Assert.Equal("0", read[0].Text("a"));
        Assert.Equal($"{lines}:2: {expected}", Problem(read[1]));
        var list = folder.File("x.json", $"[{row}]");
        Assert.Equal($"{list}, row 1: {expected}", Problem((await TableFile.ReadAsync(list).ToListAsync())[0]));
    }

    [Fact]
    public async Task A_list_in_CSV_with_the_same_key_twice_is_bad()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("x.csv", "a\n\"[{\"\"b\"\": 1, \"\"b\"\": 2}]\"\n");
        var row = (await TableFile.ReadAsync(path).ToListAsync())[0];
        Assert.Equal(
            $"{path}:2: column 'a': found the key 'b' twice; expected every key once",
            Assert.Throws<BadRowException>(() => row.List("a", row.Value("a", "a list"), "a list")).Message
        );
    }

    [Fact]
    public async Task Different_keys_and_equal_keys_of_different_objects_are_read()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("x.jsonl", "{\"a\": {\"a\": 1}, \"A\": [{\"a\": 1}, {\"a\": 2}], \"a.a\": \"x\"}\n");
        Assert.Equal("x", (await TableFile.ReadAsync(path).ToListAsync())[0].Text("a.a"));
    }

    [Fact]
    public async Task A_bad_row_does_not_stop_the_reader()
    {
        using var file = new TemporaryFile("x.jsonl");
        var bytes = Encoding.UTF8.GetBytes(
            "{\"a\": \"1\"}\n{\"a\": \"X\"}\n{\"a\": \n[1]\n{\"a\": \"\\ud800\"}\n{\"b\": null}\n{\"a\": \"2\"}\n{\"\\ud800\": 1, "
                + "\"a\": \"3\"}\n"
        );
        bytes[Array.IndexOf(bytes, (byte)'X')] = 0xFF;
        await File.WriteAllBytesAsync(file.Path, bytes);
        var rows = await TableFile.ReadAsync(file.Path).ToListAsync();
        Assert.Equal(8, rows.Count);
        Assert.Equal($"{file.Path}:8: found a column name with half of a surrogate pair; expected valid Unicode", Problem(rows[7]));
        Assert.Equal(["1", "2"], [rows[0].Text("a"), rows[6].Text("a")]);
        Assert.Equal($"{file.Path}:2: found bytes that are not valid UTF-8; expected UTF-8 text", Problem(rows[1]));
        Assert.StartsWith($"{file.Path}:3: found text that is not JSON (", Problem(rows[2]), StringComparison.Ordinal);
        Assert.Equal($"{file.Path}:4: found a list of 1; expected a JSON object on one line", Problem(rows[3]));
        Assert.Equal($"{file.Path}:5: column 'a': found text with half of a surrogate pair; expected valid Unicode", Problem(rows[4]));
        Assert.Equal($"{file.Path}:6: column 'a': found no such column among b; expected text; did you mean 'b'?", Problem(rows[5]));
        Assert.Equal(
            "column 'b': found null; expected text",
            Assert.Throws<BadRowException>(() => rows[5].Text("b")).Problem.ToString()[(file.Path.Length + 4)..]
        );
    }

    [Fact]
    public async Task Lines_longer_than_a_block_are_read_whole()
    {
        using var file = new TemporaryFile("x.jsonl");
        var long1 = new string('a', 300_000);
        await File.WriteAllTextAsync(file.Path, string.Concat(Enumerable.Range(0, 5).Select(i => $"{{\"a\": \"{i}{long1}\"}}\n")));
        Assert.Equal(
            Enumerable.Range(0, 5).Select(i => i + long1),
            (await TableFile.ReadAsync(file.Path).ToListAsync()).Select(r => r.Text("a"))
        );

        // A line longer than several blocks among lines that end anywhere in a block.
        var lengths = Enumerable.Range(0, 400).Select(i => i == 200 ? 3_000_000 : i * 7919 % 20_000).ToList();
        await File.WriteAllTextAsync(
            file.Path,
            string.Join("\n", lengths.Select((l, i) => $"{{\"a\": \"{new string('b', l)}\", \"i\": {i}}}"))
        );
        var rows = await TableFile.ReadAsync(file.Path).ToListAsync();
        Assert.Equal(
            lengths.Index().Select(l => ($"{l.Index}", l.Item, l.Index + 1L)),
            rows.Select(r => (r.Text("i"), r.Text("a").Length, r.Number))
        );
        Assert.Equal(1, rows[^1].Share);
    }

    [Fact]
    public async Task Parquet_is_read_with_nested_columns_and_row_numbers()
    {
        using var file = new TemporaryFile("no-extension");
        List<Nested> rows =
        [
            .. Enumerable
                .Range(0, 5)
                .Select(i => new Nested
                {
                    Question = $"é{i}",
                    Score = i + 0.5,
                    Count = i,
                    Choices = new Choices { Label = ["A", "B"], Text = [$"a{i}", $"b{i}"] },
                    Tags = [.. Enumerable.Repeat("t", i)],
                    Deep = i switch
                    {
                        0 => [new Choices { Text = [null] }],
                        1 => [new Choices { Label = ["x1"] }],
                        2 => null,
                        3 => [],
                        _ => [new Choices { Label = [], Text = ["a", "b", null] }, new Choices { Label = ["c"] }],
                    },
                }),
        ];
        await file.WriteAsync(s =>
            ParquetSerializer.SerializeAsync(rows, s, new Parquet.ParquetOptions { RowGroupSize = 2 }, null, default)
        );
        var read = await TableFile.ReadAsync(file.Path).ToListAsync();
        Assert.Equal([1, 2, 3, 4, 5], read.Select(r => r.Number));
        Assert.Equal($"{file.Path}, row 3", read[2].Place);
        Assert.Equal("é2", read[2].Text("Question"));
        Assert.Equal("2.5", read[2].Text("Score"));
        Assert.Equal("2", read[2].Text("Count"));
        Assert.Equal(["a2", "b2"], read[2].List("Choices", read[2].Find("Choices.Text")!.Value, "").Select(e => e.GetString()));
        Assert.Equal([0, 1, 2, 3, 4], read.Select(r => r.Find("Tags")!.Value.GetArrayLength()));
        Assert.Equal(
            ["""[{"Label":["x1"],"Text":null}]""", """[{"Label":null,"Text":[null]}]"""],
            read.Take(2).Reverse().Select(r => r.Find("Deep")!.Value.GetRawText())
        );
        Assert.Equal(["null", "[]"], read.Skip(2).Take(2).Select(r => r.Find("Deep")!.Value.GetRawText()));
        Assert.Equal("""[{"Label":[],"Text":["a","b",null]},{"Label":["c"],"Text":null}]""", read[4].Find("Deep")!.Value.GetRawText());
        Assert.Equal(1, read[^1].Share);
    }

    [Fact]
    public async Task Unreadable_files_are_user_errors()
    {
        using var file = new TemporaryFile("x.jsonl");
        Assert.Equal($"{file.Path}: no such file", await ErrorAsync(file));
        await File.WriteAllTextAsync(file.Path, "");
        Assert.Equal($"{file.Path}: the file is empty; expected JSON lines, a JSON list, CSV or Parquet", await ErrorAsync(file));
        await File.WriteAllTextAsync(file.Path, "\n \n");
        Assert.Equal($"{file.Path}: the file has no rows", await ErrorAsync(file));
        await File.WriteAllTextAsync(file.Path, "PAR1 and no more");
        Assert.StartsWith($"{file.Path}: not a Parquet file, or a damaged one: ", await ErrorAsync(file), StringComparison.Ordinal);
        await file.WriteAsync(s => ParquetSerializer.SerializeAsync(Array.Empty<Nested>(), s, new Parquet.ParquetOptions(), null, default));
        Assert.Equal($"{file.Path}: the file has no rows", await ErrorAsync(file));
    }

    private static string Problem(TableRow row) => Assert.Throws<BadRowException>(() => row.Text("a")).Problem.ToString();

    private static async Task<string> ErrorAsync(TemporaryFile file) =>
        (await Assert.ThrowsAsync<UserErrorException>(async () => await TableFile.ReadAsync(file.Path).ToListAsync())).Message;

    internal sealed class Nested
    {
        public string? Question { get; set; }

        public double Score { get; set; }

        public int Count { get; set; }

        public Choices? Choices { get; set; }

        public List<string>? Tags { get; set; }

        public List<Choices>? Deep { get; set; }
    }

    internal sealed class Choices
    {
        public List<string>? Label { get; set; }

        public List<string?>? Text { get; set; }
    }
}
