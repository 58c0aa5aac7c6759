using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Parquet.Serialization;
using SkillFactory.Tables.Rows;

namespace SkillFactory.Tables.Tests.TextFiles;

/// <summary>The same rows in every format.</summary>
public sealed class SameRowsTests
{
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonSerializerOptions Indented = new(Relaxed) { WriteIndented = true };

    /// <summary>Texts with all that the formats treat specially, and long ones, so that rows end anywhere in a block.</summary>
    private static readonly List<Row> Rows =
    [
        .. Enumerable
            .Range(0, 900)
            .Select(i => new Row
            {
                Question =
                    (i % 6) switch
                    {
                        0 => $"a \"quoted\" {i}, with a comma",
                        1 => $"two\nlines {i}\r\nand {{\"a\": [1]}} a third",
                        2 => $"back\\slash {i} \\\" ]}}",
                        3 => new string('ü', i * 7 % 400),
                        4 => $"[{i}] 😀",
                        _ => $"{i}",
                    } + $" #{i}",
                Answer = i.ToString(CultureInfo.InvariantCulture),
            }),
        new Row { Question = new string('x', 200_000) + "\n", Answer = "{" },
        new Row { Question = "{\"a\": 1}", Answer = "[" },
    ];

    public static TheoryData<string> Names =>
        ["rows.jsonl", "rows.json", "indented.json", "rows.csv", "rows.parquet", "rows.jsonl.gz", "rows.json.gz", "rows.csv.gz", "no-name"];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Every_format_gives_the_same_rows(string name)
    {
        using var file = new TemporaryFile(name);
        await file.WriteAsync(stream => WriteAsync(stream, name));
        var read = await TableFile.ReadAsync(file.Path).ToListAsync();
        Assert.Equal(Rows.Select(r => (r.Question!, r.Answer!)), read.Select(r => (r.Text("Question"), r.Text("Answer"))));
        Assert.InRange(read[^1].Share, 0.9999, 1);
        Assert.All(read.Zip(read.Skip(1)), pair => Assert.True(pair.First.Share <= pair.Second.Share));
    }

    [Theory]
    [InlineData("rows.jsonl", "\n")]
    [InlineData("rows.jsonl", "\r\n")]
    [InlineData("rows.csv", "\n")]
    [InlineData("rows.csv", "\r\n")]
    [InlineData("rows.csv", "\r")]
    [InlineData("indented.json", "\r\n")]
    public async Task A_byte_order_mark_and_any_line_end_are_no_part_of_the_rows(string name, string lineEnd)
    {
        using var file = new TemporaryFile(name);
        var content = new MemoryStream();
        var rows = Rows.Where(r => !r.Question!.Contains('\n', StringComparison.Ordinal)).ToList();
        await WriteAsync(content, name, rows);
        var text = Encoding.UTF8.GetString(content.ToArray()).ReplaceLineEndings(lineEnd);
        await File.WriteAllTextAsync(file.Path, "\uFEFF" + text + lineEnd + lineEnd);
        var read = await TableFile.ReadAsync(file.Path).ToListAsync();
        Assert.Equal(rows.Select(r => (r.Question!, r.Answer!)), read.Select(r => (r.Text("Question"), r.Text("Answer"))));
        Assert.Equal(["Question", "Answer"], read[0].Columns);
    }

    [Fact]
    public async Task A_csv_row_is_named_by_the_line_where_it_begins()
    {
        using var file = new TemporaryFile("x.csv");
        await File.WriteAllTextAsync(file.Path, "a,b\n\n1,\"two\r\nlines\nhere\"\n\"\",\n3,4");
        var rows = await TableFile.ReadAsync(file.Path).ToListAsync();
        Assert.Equal([$"{file.Path}:3", $"{file.Path}:6", $"{file.Path}:7"], rows.Select(r => r.Place));
        Assert.Equal("two\r\nlines\nhere", rows[0].Text("b"));
        Assert.Equal(JsonValueKind.Null, rows[1].Find("a")!.Value.ValueKind);
        Assert.Equal(JsonValueKind.Null, rows[1].Find("b")!.Value.ValueKind);
    }

    [Fact]
    public async Task A_csv_number_without_quotes_is_a_number_and_keeps_its_digits()
    {
        using var file = new TemporaryFile("x.csv");
        await File.WriteAllTextAsync(file.Path, "a,b,c,d,e,f,g\n142.0,\"7\",007,-1e5,1.,true,[1]\n");
        var row = Assert.Single(await TableFile.ReadAsync(file.Path).ToListAsync());
        string[] names = ["a", "b", "c", "d", "e", "f", "g"];
        Assert.Equal(["142.0", "7", "007", "-1e5", "1.", "true", "[1]"], names.Select(n => row.Text(n)));
        Assert.Equal(["a", "d"], names.Where(n => row.Find(n)!.Value.ValueKind == JsonValueKind.Number));
        Assert.Equal("1", Assert.Single(row.List("g", row.Find("g")!.Value, "a list")).GetRawText());
        Assert.Throws<BadRowException>(() => row.List("f", row.Find("f")!.Value, "a list"));
    }

    [Fact]
    public async Task A_row_of_a_json_list_is_named_by_its_number()
    {
        using var file = new TemporaryFile("x.json");
        await File.WriteAllTextAsync(file.Path, "[\n {\"a\": \"1\"},\n 7, [2, \"]\"] , \"x\", {\"a\": }, {\"a\":\"6\"}\n]\n");
        var rows = await TableFile.ReadAsync(file.Path).ToListAsync();
        Assert.Equal(["1", "6"], [rows[0].Text("a"), rows[5].Text("a")]);
        Assert.Equal(
            [
                $"{file.Path}, row 2: found '7'; expected a JSON object",
                $"{file.Path}, row 3: found '[2, \"]\"]'; expected a JSON object",
                $"{file.Path}, row 4: found '\"x\"'; expected a JSON object",
            ],
            rows.Skip(1).Take(3).Select(Problem)
        );
        Assert.StartsWith($"{file.Path}, row 5: found text that is not JSON (", Problem(rows[4]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bad_csv_row_does_not_stop_the_reader()
    {
        using var file = new TemporaryFile("x.csv");
        byte[] bytes = [.. "a,b\n1,2\nonly one\n1,2,3\n\"x\"y,2\n1, \"2\"\n"u8, 0xE9, .. ",2\n3,4\n"u8];
        await File.WriteAllBytesAsync(file.Path, bytes);
        var rows = await TableFile.ReadAsync(file.Path).ToListAsync();
        Assert.Equal([("1", "2"), ("3", "4")], [(rows[0].Text("a"), rows[0].Text("b")), (rows[^1].Text("a"), rows[^1].Text("b"))]);
        const string Fields = "expected 2, as in the header; a field with a comma or a line end is in quotes";
        const string Quotes = "expected quotes around the whole field; a quote within quotes is doubled";
        Assert.Equal(
            [
                $"{file.Path}:3: found 1 field; {Fields}",
                $"{file.Path}:4: found 3 fields; {Fields}",
                $"{file.Path}:5: found text outside the quotes of field 1; {Quotes}",
                $"{file.Path}:6: found text outside the quotes of field 2; {Quotes}",
                $"{file.Path}:7: found bytes that are not valid UTF-8; expected UTF-8 text (in a spreadsheet: save as CSV UTF-8)",
            ],
            rows.Skip(1).SkipLast(1).Select(Problem)
        );
    }

    private static string Problem(TableRow row) => Assert.Throws<BadRowException>(() => row.Text("a")).Problem.ToString();

    private static Task WriteAsync(Stream stream, string name) => WriteAsync(stream, name, Rows);

    private static async Task WriteAsync(Stream stream, string name, List<Row> rows)
    {
        if (name.EndsWith(".gz", StringComparison.Ordinal))
        {
            await using var zip = new GZipStream(stream, CompressionLevel.Fastest);
            await WriteAsync(zip, name[..^3], rows);
            return;
        }

        switch (name)
        {
            case "rows.parquet":
                await ParquetSerializer.SerializeAsync(rows, stream, new Parquet.ParquetOptions(), null, default);
                break;
            case "rows.json":
                await JsonSerializer.SerializeAsync(stream, rows, Relaxed);
                break;
            case "indented.json":
                await JsonSerializer.SerializeAsync(stream, rows, Indented);
                break;
            default:
                var lines = name.EndsWith(".jsonl", StringComparison.Ordinal)
                    ? rows.Select(r => JsonSerializer.Serialize(r, Relaxed))
                    : rows.Select(r => $"{Quoted(r.Question!)},{Quoted(r.Answer!)}").Prepend("Question,Answer");
                await stream.WriteAsync(Encoding.UTF8.GetBytes(string.Join("\n", lines)));
                break;
        }
    }

    /// <summary>RFC 4180, sections 2.5 to 2.7.</summary>
    private static string Quoted(string field) =>
        field.AsSpan().IndexOfAny("\",\r\n") < 0 ? field : $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    internal sealed class Row
    {
        public string? Question { get; set; }

        public string? Answer { get; set; }
    }
}
