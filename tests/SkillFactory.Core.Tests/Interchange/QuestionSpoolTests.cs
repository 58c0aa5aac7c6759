using System.Buffers;
using System.Text.Json;
using CsCheck;
using SkillFactory.Core.Datasets;
using SkillFactory.Core.Grading;
using SkillFactory.Core.Interchange;

namespace SkillFactory.Core.Tests.Interchange;

public sealed class QuestionSpoolTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary>Rows of a question come together, in their order, and questions in the order of their hashes, whatever the memory.</summary>
    [Fact]
    public void Rows_are_grouped_whatever_the_memory() => Gen.Select(Gen.Int[0, 30].Array[0, 300], Gen.Long[0, 60_000], Gen.Long[1, 3000]).Sample((questions, memory, partition) =>
    {
        var expected = questions.Index().GroupBy(q => $"question {q.Item}").OrderBy(g => QuestionHash.Of(g.Key)).Select(g => string.Join(',', g.Select(q => q.Index)));
        Assert.Equal(expected, Grouped(questions, memory, partition));
    }, iter: 100, threads: 1);

    /// <summary>A row of every kind comes back as it was, and long texts from the file in which they were left.</summary>
    [Fact]
    public void Rows_come_back_whole()
    {
        const int Before = 5;
        var line = JsonSerializer.SerializeToUtf8Bytes(new
        {
            q = "q 😀", response = "é\n" + new string('é', 100_000), empty = "", critiques = (string[])["r\t\"x\"", "", "5 × 3"], version = -7, prompt = "\\u",
        });
        var fields = new Func<Func<string, RowValue>, SourceFields>(find => new SourceFields
        {
            Question = SourceField.Of("q", find("q")),
            Id = SourceField.Of("i"),
            Parent = SourceField.Of("p"),
            Prompt = SourceField.Of("prompt", find("prompt")),
            Variant = SourceField.Of("v"),
            Response = SourceField.Of("response", find("response")),
            Outcome = Outcome.Unscored,
            Extracted = SourceField.Of("empty", find("empty")),
            Reflections = SourceField.Of("critiques", find("critiques")),
            WeightsVersion = SourceField.Of("version", find("version")),
        });
        var path = Path.Combine(_folder.FullName, "f.jsonl");
        File.WriteAllBytes(path, [.. new byte[Before], .. line]);
        using var files = new TextFiles([path + "-absent", path]);
        foreach (var memory in (long[])[0, 1 << 20])
        {
            using var spool = new QuestionSpool(Path.Combine(_folder.FullName, "s"), memory, 1 << 20);
            Add(spool, new TableRow("a, row ", 3, 1, Before, line), row => fields(name => row.Find(name)!.Value));
            Add(spool, new TableRow("b, row ", 4, 1, Before, line), row => fields(name => row.Find(name)!.Value));
            Assert.InRange(spool.PeakBytes, 1, 100_000);
            var rows = Assert.Single(spool.Read().SelectMany(p => p.Rows.Questions(files.All))).Rows;
            Assert.Equal(["a, row 3", "b, row 4"], rows.Select(r => r.Place.ToString()));
            Assert.Equal(rows[0].Digest, rows[1].Digest);
            Assert.InRange(rows[0].Digest, 1ul, (1ul << 48) - 1);
            var row = rows[1];
            Assert.Equal("q 😀|i|p|\\u|v|Unscored|||-7", $"{row.Question}|{row.Id}|{row.Parent}|{row.Prompt}|{row.Variant}|{row.Outcome}|{row.Extracted}|{row.Gold}|{row.WeightsVersion}");
            Assert.Equal("é\n" + new string('é', 100_000), row.Response.ToString());
            Assert.Equal(["r\t\"x\"", "", "5 × 3"], row.Reflections.Select(r => r.ToString()));
            Assert.Equal((null, ""), (row.Canonical, row.Extracted));
        }
    }

    /// <summary>Rows of a question share what they have in common, and nothing else.</summary>
    [Fact]
    public void Rows_that_differ_in_a_word_keep_their_own()
    {
        string?[] words = ["a", "a", "ab", "é", "é", "", "a", null, "a"];
        using var spool = new QuestionSpool(Path.Combine(_folder.FullName, "s"), 1 << 20);
        foreach (var (i, word) in words.Index())
        {
            var field = word is null ? default : SourceField.Of(word);
            Add(spool, new TableRow("f:", i, 1, 0, "{}"u8.ToArray()), _ => new SourceFields
            {
                Question = SourceField.Of("q"), Variant = SourceField.Of($"v{word}"), Response = SourceField.Of("r"), Outcome = Outcome.Wrong,
                Prompt = field, Gold = field, Task = field, Level = field, Model = field,
            });
        }

        var rows = Assert.Single(spool.Read().SelectMany(p => p.Rows.Questions([]))).Rows;
        Assert.Equal(words.Select(w => $"v{w}"), rows.Select(r => r.Variant));
        foreach (var read in (IEnumerable<Func<SourceRow, string?>>)[r => r.Prompt, r => r.Gold, r => r.Task, r => r.Level, r => r.Model])
        {
            Assert.Equal(words, rows.Select(read));
        }
    }

    /// <summary>However many rows come, no more is held than was allowed, and no partition that is read is larger than it may be.</summary>
    [Theory]
    [InlineData(2_000)]
    [InlineData(40_000)]
    public void Memory_does_not_grow_with_the_rows(int count)
    {
        const long Memory = 200_000;
        const long Partition = 20_000;
        using var spool = new QuestionSpool(Path.Combine(_folder.FullName, "s"), Memory, Partition);
        for (var i = 0; i < count; i++)
        {
            Add(spool, i, $"question {i * 7919L % (count / 4)}", new string('x', 200));
        }

        Assert.InRange(spool.PeakBytes, 1, Memory + (16 << 10));
        Assert.True(spool.Spills > count / 2000);
        var (rows, largest) = (0, 0L);
        foreach (var (part, _) in spool.Read())
        {
            var size = 0L;
            part.ForEach((_, _, row) =>
            {
                size += row.Length;
                rows++;
            });
            largest = Math.Max(largest, size);
        }

        Assert.Equal(count, rows);
        Assert.InRange(largest, 1, Partition);
    }

    private List<string> Grouped(int[] questions, long memory, long partition)
    {
        using var spool = new QuestionSpool(Path.Combine(_folder.FullName, "s"), memory, partition);
        foreach (var (i, question) in questions.Index())
        {
            Add(spool, i, $"question {question}", $"{i}");
        }

        List<string> read = [.. spool.Read().SelectMany(p => p.Rows.Questions([])).Select(q => string.Join(',', q.Rows.Select(r => r.Response)))];
        spool.Dispose();
        Assert.Empty(_folder.EnumerateFileSystemInfos());
        return read;
    }

    private static void Add(QuestionSpool spool, int index, string question, string response) => Add(spool, new TableRow("f:", index, 1, 0, "{}"u8.ToArray()), _ => new SourceFields
    {
        Question = SourceField.Of(question),
        Variant = SourceField.Of("original"),
        Response = SourceField.Of(response),
        Outcome = Outcome.Wrong,
    });

    private static void Add(QuestionSpool spool, TableRow row, Func<RowCells, SourceFields> fields)
    {
        var cells = new RowCells();
        cells.Take(row);
        var (bytes, kept, texts) = (new ArrayBufferWriter<byte>(), new ArrayBufferWriter<byte>(), new List<WrittenText>());
        var rest = SourceRowCodec.Write(bytes, cells, fields(cells), texts);
        var question = bytes.WrittenSpan[..rest];
        SourceRowCodec.Keep(bytes.WrittenSpan[rest..], rest, texts, file: 1, kept);
        spool.Add(QuestionHash.Of(question), question, kept.WrittenSpan);
    }
}
