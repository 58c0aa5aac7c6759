using System.IO.Compression;
using System.Text;
using SkillFactory.Primitives.Errors;
using SkillFactory.Tables.Rows;

namespace SkillFactory.Tables.Tests.TextFiles;

/// <summary>Files that cannot be read as a whole: one error, never some of the rows.</summary>
public sealed class DamagedFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_compressed_file_that_is_cut_off_anywhere_is_refused()
    {
        var whole = Zip(string.Concat(Enumerable.Range(0, 3000).Select(i => $"{{\"a\": \"{i * 7919 % 1000}\"}}\n")));
        foreach (
            var length in new[] { 3, 10, 11, whole.Length / 3, whole.Length / 2, whole.Length - 9, whole.Length - 8, whole.Length - 1 }
        )
        {
            Assert.Contains(
                "compressed file is damaged or incomplete",
                await ErrorAsync("x.jsonl.gz", whole[..length]),
                StringComparison.Ordinal
            );
        }
    }

    [Fact]
    public async Task A_compressed_file_with_a_wrong_byte_is_refused()
    {
        var whole = Zip("{\"a\": \"1\"}\n");
        whole[^6] ^= 0xFF;
        Assert.Contains("compressed file is damaged or incomplete", await ErrorAsync("x.jsonl.gz", whole), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Compressed_files_that_were_joined_are_read_whole()
    {
        var path = Path.Combine(_folder.Path, "x.jsonl.gz");
        await File.WriteAllBytesAsync(path, [.. Zip("{\"a\": \"1\"}\n"), .. Zip("{\"a\": \"2\"}\n")]);
        Assert.Equal(["1", "2"], (await TableFile.ReadAsync(path).ToListAsync()).Select(r => r.Text("a")));
    }

    [Theory]
    [InlineData("x.json", "[{\"a\": 1}, {\"a\": ", ":1: row 2 never ends; the file is damaged or incomplete, so nothing of it is used")]
    [InlineData("x.json", "[\n{\"a\": 1},\n{\"a\": \"\\", ":3: row 2 never ends")]
    [InlineData("x.json", "[\n{\"a\": 1}\n", ":3: the list never ends")]
    [InlineData("x.json", "[{\"a\": 1}\n{\"a\": 2}]", ":2: found '{\"a\": 2}]' in the list of rows; expected ',' or ']' after a row")]
    [InlineData("x.json", "[{\"a\": 1},]", ":1: found ']' in the list of rows; expected a row")]
    [InlineData("x.json", "[{\"a\": 1}]\n{\"a\": 2}", ":2: found '{\"a\": 2}' in the list of rows; expected nothing after the list")]
    [InlineData("x.json", "[ ]", ": the file has no rows")]
    [InlineData("x.csv", "a,b\n1,2\n3,\"x\n4,5\n", ":3: a field begins with a quote and never ends; expected a closing quote")]
    [InlineData(
        "x.json",
        "{\n  \"data\": [{\"a\": 1}]\n}\n",
        ": found a JSON object over several lines; expected one object per line, or a list"
    )]
    [InlineData("x.csv", "a,b\n", ": the file has no rows")]
    [InlineData("x.csv", "a,b,a\n1,2,3\n", ":1: the header has the column 'a' twice; expected different names")]
    [InlineData("x.csv", "a;b\n1;2\n", ":1: found the header 'a;b'; expected columns that are separated by commas")]
    [InlineData("x.csv", "a\tb\n1\t2\n", ":1: found the header 'a\tb'; expected columns that are separated by commas")]
    [InlineData("x.zip", "PK\u0003\u0004", ": the file is a zip archive; unpack it; expected JSON lines, a JSON list, CSV or Parquet")]
    [InlineData(
        "x.xlsx",
        "PK\u0003\u0004[26 bytes of the header..][Content_Types].xml",
        ": the file is a spreadsheet or another office file; export it as CSV in UTF-8; expected JSON lines, a JSON list, CSV or Parquet"
    )]
    [InlineData("x", "PK\u0003\u0004[26 bytes of the header..]xl/workbook.xml", ": the file is a spreadsheet or")]
    [InlineData("x", "PK\u0003\u0004[26 bytes of the header..]docProps/app.xml", ": the file is a spreadsheet or")]
    [InlineData(
        "x.ods",
        "PK\u0003\u0004[26 bytes of the header..]mimetypeapplication/vnd.oasis.opendocument.spreadsheet",
        ": the file is a spreadsheet or"
    )]
    [InlineData("x", "PK\u0003\u0004[26 bytes of the header..]rows.jsonl", ": the file is a zip archive; unpack it")]
    public async Task A_damaged_file_is_refused_with_its_line(string name, string content, string expected) =>
        Assert.StartsWith(
            Path.Combine(_folder.Path, name) + expected,
            await ErrorAsync(name, Encoding.UTF8.GetBytes(content)),
            StringComparison.Ordinal
        );

    [Fact]
    public async Task A_column_of_CSV_without_a_name_is_shown_by_its_number()
    {
        var path = Path.Combine(_folder.Path, "x.csv");
        await File.WriteAllTextAsync(path, "a,b, ,\n1,2,3,4\n");
        var row = (await TableFile.ReadAsync(path).ToListAsync())[0];
        Assert.Equal(
            $"{path}:2: column 'c': found no such column among a, b, column 3 (no name), column 4 (no name); expected text",
            Assert.Throws<BadRowException>(() => row.Text("c")).Message.Split("; did")[0]
        );
        Assert.Equal("3", row.Text("column 3 (no name)"));
    }

    [Fact]
    public async Task Files_of_other_kinds_are_named_for_what_they_are()
    {
        Assert.Contains("a spreadsheet or", await ErrorAsync("x.xls", [0xD0, 0xCF, 0x11, 0xE0, 0xA1]), StringComparison.Ordinal);
        Assert.Contains(
            "UTF-16 text; save it as UTF-8",
            await ErrorAsync("x.csv", [0xFF, 0xFE, .. Encoding.Unicode.GetBytes("a,b\n")]),
            StringComparison.Ordinal
        );
        Assert.Contains("compressed with zstd", await ErrorAsync("x.jsonl.zst", [0x28, 0xB5, 0x2F, 0xFD, 0]), StringComparison.Ordinal);
        Assert.Contains("Parquet file within a gzip file", await ErrorAsync("x.parquet.gz", Zip("PAR1")), StringComparison.Ordinal);
        Assert.Contains("found a folder; expected a file", await ErrorAsync(".", null), StringComparison.Ordinal);
    }

    private static byte[] Zip(string text)
    {
        var bytes = new MemoryStream();
        using (var zip = new GZipStream(bytes, CompressionLevel.Fastest))
        {
            zip.Write(Encoding.UTF8.GetBytes(text));
        }

        return bytes.ToArray();
    }

    private async Task<string> ErrorAsync(string name, byte[]? content)
    {
        var path = Path.Combine(_folder.Path, name);
        if (content is not null)
        {
            await File.WriteAllBytesAsync(path, content);
        }

        return (await Assert.ThrowsAsync<UserErrorException>(async () => await TableFile.ReadAsync(path).ToListAsync())).Message;
    }
}
