using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Parquet;
using Parquet.Schema;
using Parquet.Serialization;
using SkillFactory.Primitives.Errors;
using SkillFactory.Tables.Rows;

namespace SkillFactory.Tables.Tests.ParquetFiles;

public sealed class ParquetRowsTests
{
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(1000)]
    public async Task A_column_read_alone_equals_the_column_of_the_whole_row(int rowsPerGroup)
    {
        using var file = new TemporaryFile("x.parquet");
        List<Raw> rows =
        [
            new()
            {
                Text = "é😀\n\"q\" \\",
                Number = 3,
                Real = double.NaN,
                Flag = true,
                Texts = ["a\tb", "", null, "ü"],
                Flags = [true, false],
                Inner = new Part { Name = "n" },
            },
            new()
            {
                Text = "",
                Number = null,
                Real = -1.5,
                Flag = null,
                Texts = [],
                Flags = [],
                Inner = null,
            },
            new()
            {
                Text = null,
                Number = -7,
                Real = 0,
                Flag = false,
                Texts = null,
                Flags = null,
                Inner = new Part(),
            },
            new()
            {
                Text = new string('x', 3000),
                Number = 0,
                Real = 1e30,
                Flag = true,
                Texts = [.. Enumerable.Range(0, 70).Select(i => $"t{i}")],
                Flags = [true],
                Inner = new Part { Name = "m" },
            },
        ];
        await file.WriteAsync(s =>
            ParquetSerializer.SerializeAsync(rows, s, new ParquetOptions { RowGroupSize = rowsPerGroup }, null, default)
        );
        var read = await TableFile.ReadAsync(file.Path).ToListAsync();
        Assert.Equal(rows.Count, read.Count);
        foreach (var row in read)
        {
            foreach (var column in (string[])["Text", "Number", "Real", "Flag", "Texts", "Flags", "Inner", "Inner.Name", "Missing"])
            {
                var (expected, found) = (row.Find(column), Found(row, column));
                Assert.Equal(expected?.ValueKind, found?.Kind);
                Assert.Equal(expected is { } e ? Same(e) : null, found is { } f ? Json(f) : null);
                Assert.Equal(expected is { } d ? TableRow.Describe(d) : null, found?.Describe());
                if (expected is { ValueKind: JsonValueKind.String or JsonValueKind.Number })
                {
                    Assert.Equal(row.Text(column), Encoding.UTF8.GetString(row.Utf8Of(column, found!.Value)));
                }
                else if (expected is { ValueKind: JsonValueKind.Array })
                {
                    Assert.Equal(expected.Value.EnumerateArray().Select(Same), found!.Value.Items.ToArray().Select(Json));
                }
            }
        }
    }

    /// <summary>Row groups are read concurrently; some are larger than the read-ahead limit.</summary>
    [Theory]
    [InlineData(1, 10)]
    [InlineData(7, 10)]
    [InlineData(1, 500_000)]
    [InlineData(2, 20_000_000)]
    public async Task Rows_are_read_in_file_order(int rowsPerGroup, int length)
    {
        using var file = new TemporaryFile("x.parquet");
        var rows = Enumerable
            .Range(0, length > 1_000_000 ? 5 : 60)
            .Select(i => new Raw { Text = $"{i}{new string((char)('a' + (i % 26)), length)}" })
            .ToList();
        await file.WriteAsync(s =>
            ParquetSerializer.SerializeAsync(rows, s, new ParquetOptions { RowGroupSize = rowsPerGroup }, null, default)
        );
        var (number, share) = (0, 0.0);
        await foreach (var row in TableFile.ReadAsync(file.Path))
        {
            Assert.Equal(rows[number++].Text, row.Text("Text"));
            Assert.Equal(number, row.Number);
            Assert.InRange(row.Share, share + 1e-9, 1);
            share = row.Share;
        }

        Assert.Equal((rows.Count, 1.0), (number, share));
    }

    [Fact]
    public async Task Reading_can_stop_before_the_end_of_the_file()
    {
        using var file = new TemporaryFile("x.parquet");
        await file.WriteAsync(s =>
            ParquetSerializer.SerializeAsync(
                Enumerable.Range(0, 50).Select(i => new Raw { Number = i, Text = new string('x', 2_000_000) }).ToList(),
                s,
                new ParquetOptions { RowGroupSize = 1 },
                null,
                default
            )
        );
        Assert.Equal("0", (await TableFile.ReadAsync(file.Path).FirstAsync()).Text("Number"));
    }

    [Fact]
    public async Task Columns_that_are_not_requested_are_null()
    {
        using var file = new TemporaryFile("x.parquet");
        await file.WriteAsync(s =>
            ParquetSerializer.SerializeAsync(
                new[]
                {
                    new Raw
                    {
                        Text = "a",
                        Texts = ["b"],
                        Number = 4,
                    },
                },
                s,
                new ParquetOptions(),
                null,
                default
            )
        );
        var row = (await TableFile.ReadAsync(file.Path, new HashSet<string> { "Texts" }).ToListAsync()).Single();
        Assert.Equal(["null", "[\"b\"]", "null"], new[] { "Text", "Texts", "Number" }.Select(c => Json(Found(row, c)!.Value)));
        Assert.Null(Found(row, "Other"));
    }

    [Fact]
    public async Task Invalid_utf8_is_reported_with_its_row_and_column()
    {
        using var file = new TemporaryFile("x.parquet");
        await file.WriteAsync(s =>
            ParquetSerializer.SerializeAsync(
                new[]
                {
                    new Raw { Text = "good", Texts = ["fine"] },
                    new Raw { Text = "BROKEN", Texts = ["fine"] },
                    new Raw { Text = "good", Texts = ["fine", "BROKEN"] },
                },
                s,
                new ParquetOptions { CompressionMethod = CompressionMethod.None },
                null,
                default
            )
        );
        var bytes = await File.ReadAllBytesAsync(file.Path);
        for (var at = 0; bytes.AsSpan(at).IndexOf("BROKEN"u8) is >= 0 and var found; at += found + 1)
        {
            bytes[at + found] = 0xFF;
        }

        await File.WriteAllBytesAsync(file.Path, bytes);
        var rows = await TableFile.ReadAsync(file.Path).ToListAsync();
        Assert.Equal("good", rows[0].Text("Text"));
        Assert.Equal(
            $"{file.Path}, row 2: column 'Text': found bytes that are not valid UTF-8; expected UTF-8 text",
            Problem(() => rows[1].Text("Text"))
        );
        Assert.Equal(
            $"{file.Path}, row 3: column 'Texts': found bytes that are not valid UTF-8; expected UTF-8 text",
            Problem(() => rows[2].Text("Text"))
        );

        Assert.Equal(
            $"{file.Path}, row 2: column 'Text': found bytes that are not valid UTF-8; expected UTF-8 text",
            Problem(() => TextOf(rows[1], "Text"))
        );
        Assert.Equal("good", TextOf(rows[2], "Text"));
    }

    /// <summary>As other writers write them, including required items.</summary>
    [Fact]
    public async Task List_items_may_have_other_names()
    {
        using var file = new TemporaryFile("x.parquet");
        var schema = new ParquetSchema(
            new ListField("texts", new DataField("item", typeof(string), isNullable: true), "array"),
            new DataField("plain", typeof(string), isNullable: false)
        );
        await file.WriteAsync(async stream =>
        {
            await using var writer = await ParquetWriter.CreateAsync(schema, stream);
            using var group = writer.CreateRowGroup();
            var leaf = schema.DataFields[0];
            await group.WriteAsync(leaf, (string?[])["a", "b", "ü"], new[] { 0, 1, 0 });
            await group.WriteAsync(schema.DataFields[1], (string?[])["p", "q"]);
        });
        var found = new List<string>();
        foreach (var row in await TableFile.ReadAsync(file.Path).ToListAsync())
        {
            found.Add(Json(Found(row, "texts")!.Value) + TextOf(row, "plain"));
        }

        Assert.Equal(["[\"a\",\"b\"]p", "[\"ü\"]q"], found);
    }

    /// <summary>Lists of two levels, as written by old writers (parquet-format, LogicalTypes, backward compatibility rule 1).</summary>
    [Fact]
    public async Task Lists_may_have_two_levels()
    {
        using var file = new TemporaryFile("x.parquet");
        await File.WriteAllBytesAsync(file.Path, Convert.FromBase64String(TwoLevels));
        var rows = await TableFile.ReadAsync(file.Path).ToListAsync();
        var found = new List<string>();
        foreach (var row in rows)
        {
            found.Add(Json(Found(row, "texts")!.Value) + TextOf(row, "plain"));
            Assert.Equal(Same(row.Find("texts")!.Value), Json(Found(row, "texts")!.Value));
        }

        Assert.Equal(["[\"a\",\"b\"]p", "[]q", "[\"ü\"]r", "nulls"], found);
    }

    [Fact]
    public async Task Lists_in_data_pages_of_version_2_are_refused_with_advice()
    {
        using var file = new TemporaryFile("x.parquet");
        await File.WriteAllBytesAsync(file.Path, Convert.FromBase64String(SecondPages));
        var error = await Assert.ThrowsAsync<UserErrorException>(async () => await TableFile.ReadAsync(file.Path).ToListAsync());
        Assert.Equal(
            $"{file.Path}: row group 0 cannot be read: it has lists in data pages of version 2; expected version 1.0, which most "
                + "writers use if nothing is said (pyarrow: data_page_version=\"1.0\")",
            error.Message
        );
    }

    /// <summary>optional group texts (List) { repeated group list { optional binary element (String) } }, data pages of version 2. Written
    /// with pyarrow 15.</summary>
    private const string SecondPages =
        "UEFSMRUGFSYVJlwVBhUAFQQVABUEFQQSHAAAAAMCBgMBAAAAYQEAAABiAQAAAGMmXhwVDBklBgAZOAV0ZXh0cwRsaXN0B2VsZW1lbnQVABYGFlYWViYISRwVA"
        + "BUAFQIAAAAVBBlMNQAYBnNjaGVtYR"
        + "UCADUCGAV0ZXh0cxUCFQZMPAAAADUEGARsaXN0FQIAFQwlAhgHZWxlbWVudCUATBwAAAAWBBkcGRwmXhwVDBklBgAZOAV0ZXh0cwRsaXN0B2VsZW1lbnQVA"
        + "BYGFlYWViYISRwVABUAFQIAAAAWVhYE"
        + "JggWVhQAACggcGFycXVldC1jcHAtYXJyb3cgdmVyc2lvbiAxNS4wLjIZHBwAAACuAAAAUEFSMQ==";

    /// <summary>optional group texts (List) { repeated binary array (String) }; required binary plain (String). Written with parquet-cpp
    /// 15.</summary>
    private const string TwoLevels =
        "UEFSMRUAFToVOiwVChUAFQYVBhwAAAACAAAAAwIDAAAAA5oAAQAAAGEBAAAAYgIAAADDvCZoHBUMGSUGABkoBXRleHRzBWFycmF5FQAWChZgFmAmCEkcFQAVA"
        + "BUCAAAAFQAVKBUoLBUIFQAVBhUGHA"
        + "AAAAEAAABwAQAAAHEBAAAAcgEAAABzJo4CHBUMGSUGABkYBXBsYWluFQAWCBZOFk4mwAFJHBUAFQAVAgAAABUEGUw1ABgGc2NoZW1hFQQANQIYBXRleHRzF"
        + "QIVBkw8AAAAFQwlBBgFYXJyYXklAEwc"
        + "AAAAFQwlABgFcGxhaW4lAEwcAAAAFggZHBksJmgcFQwZJQYAGSgFdGV4dHMFYXJyYXkVABYKFmAWYCYISRwVABUAFQIAAAAmjgIcFQwZJQYAGRgFcGxhaW4"
        + "VABYIFk4WTibAAUkcFQAVABUCAAAAFq"
        + "4BFggmCBauARQAACgBdBksHAAAHAAAALoAAABQQVIx";

    private static RowValue? Found(TableRow row, string column) => row.TryGet(column, out var value) ? value : null;

    private static string TextOf(TableRow row, string column) => Encoding.UTF8.GetString(row.Utf8Of(column, row.Get(column, "text")));

    private static string Same(JsonElement value) => Json(RowValue.Of(value));

    private static string Json(RowValue value) =>
        value.Kind switch
        {
            JsonValueKind.Array => $"[{string.Join(',', value.Items.ToArray().Select(Json))}]",
            JsonValueKind.String => JsonSerializer.Serialize(Encoding.UTF8.GetString(value.Utf8.Span), Relaxed),
            _ => Encoding.UTF8.GetString(value.Utf8.Span),
        };

    private static string Problem(Action read) => Assert.Throws<BadRowException>(read).Problem.ToString();

    internal sealed class Raw
    {
        public string? Text { get; set; }

        public int? Number { get; set; }

        public double Real { get; set; }

        public bool? Flag { get; set; }

        public List<string?>? Texts { get; set; }

        public List<bool>? Flags { get; set; }

        public Part? Inner { get; set; }
    }

    internal sealed class Part
    {
        public string? Name { get; set; }
    }
}
