using System.Text;
using System.Text.Json;
using CsCheck;
using SkillFactory.Data.TraceDatasets;
using SkillFactory.Grading;
using SkillFactory.Tables.Rows;
using SkillFactory.Tables.TextFiles;

namespace SkillFactory.Data.Tests.TraceDatasets;

public sealed class QuestionSpoolTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary>Rows of a question come together, in their order, and questions in the order of their hashes, whatever the memory.</summary>
    [Fact]
    public void Rows_are_grouped_whatever_the_memory() =>
        Gen.Select(Gen.Int[0, 30].Array[0, 300], Gen.Long[0, 60_000], Gen.Long[1, 3000])
            .Sample(
                (questions, memory, partition) =>
                {
                    var expected = questions
                        .Index()
                        .GroupBy(q => $"question {q.Item}")
                        .OrderBy(g => QuestionHash.Of(g.Key))
                        .Select(g => string.Join(',', g.Select(q => q.Index)));
                    Assert.Equal(expected, Grouped(questions, memory, partition));
                },
                iter: 100,
                threads: 1
            );

    /// <summary>A row of every kind comes back as it was, and long texts from the file in which they were left.</summary>
    [Fact]
    public void Rows_come_back_whole()
    {
        const int Before = 5;
        var line = JsonSerializer.SerializeToUtf8Bytes(
            new
            {
                q = "q 😀",
                response = "é\n" + new string('é', 100_000),
                empty = "",
                reflections = (string[])["r\t\"x\"", "", "5 × 3"],
                version = -7,
                prompt = "\\u",
            }
        );
        var fields = new Func<Func<string, SourceField>, SourceFields>(column => new SourceFields
        {
            Question = column("q"),
            Id = Word("i"),
            Parent = Word("p"),
            Prompt = column("prompt"),
            Variant = Word("v"),
            Response = column("response"),
            Outcome = Outcome.Unscored,
            Extracted = column("empty"),
            Reflections = column("reflections"),
            WeightsVersion = column("version"),
        });
        var path = Path.Combine(_folder.FullName, "f.jsonl");
        File.WriteAllBytes(path, [.. new byte[Before], .. line]);
        using var files = new TextFiles([path + "-absent", path]);
        foreach (var memory in (long[])[0, 1 << 20])
        {
            using var spool = new QuestionSpool(Path.Combine(_folder.FullName, "s"), memory, 1 << 20);
            foreach (var number in (long[])[3, 1L << 40])
            {
                Add(spool, new TableRow("f, row ", number, 1, Before, line), row =>
                    fields(name => new SourceField(name, row.Value(name, "text")))
                );
            }

            Assert.InRange(spool.PeakBytes, 1, 100_000);
            var rows = Assert.Single(spool.Read().SelectMany(p => p.Rows.Batches(1).SelectMany(b => b.Read(files.All)))).Rows;
            Assert.Equal([$"{path}:3", $"{path}:{1L << 40}"], rows.Select(r => r.Place));
            Assert.Equal(rows[0].Digest, rows[1].Digest);
            Assert.InRange(rows[0].Digest, 1ul, (1ul << 48) - 1);
            var row = rows[1];
            Assert.Equal(
                "q 😀|i|p|\\u|v|Unscored|||-7",
                $"{row.Question}|{row.Id}|{row.Parent}|{row.Prompt}|{row.Variant}|{row.Outcome}|{row.Extracted}|{row.Gold}|{row.WeightsVersion}"
            );
            Assert.Equal("é\n" + new string('é', 100_000), row.Response.ToString());
            var reflections = SourceRowReader.Reflections(row.Reflections, row.File, "a#1");
            Assert.Equal(["r\t\"x\"", "", "5 × 3"], reflections.Select(c => c.Text.ToString()));
            Assert.Equal(["a#1/reflection#0", "a#1/reflection#1", "a#1/reflection#2"], reflections.Select(c => c.Id));
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
            var field = word is null ? default : Word(word);
            Add(spool, new TableRow("f:", i, 1, 0, "{}"u8.ToArray()), _ => new SourceFields
            {
                Question = Word("q"),
                Variant = Word($"v{word}"),
                Response = Word("r"),
                Outcome = Outcome.Wrong,
                Prompt = field,
                Gold = field,
                Task = field,
                Level = field,
                Model = field,
            });
        }

        var rows = Assert.Single(spool.Read().SelectMany(p => p.Rows.Batches(1).SelectMany(b => b.Read(Files)))).Rows;
        Assert.Equal(words.Select(w => $"v{w}"), rows.Select(r => r.Variant));
        foreach (var read in (IEnumerable<Func<SourceRow, string?>>)[r => r.Prompt, r => r.Gold, r => r.Task, r => r.Level, r => r.Model])
        {
            Assert.Equal(words, rows.Select(read));
        }
    }

    /// <summary>Questions come in batches of the size asked for, and the memory of a batch is its own until it is disposed, whatever becomes of the
    /// others of its partition.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void A_batch_keeps_its_rows_until_it_is_disposed(int rowsPerBatch)
    {
        const int Questions = 3_000;
        const int Rows = 2;
        using var spool = new QuestionSpool(Path.Combine(_folder.FullName, "s"), memory: 100_000);
        for (var i = 0; i < Rows * Questions; i++)
        {
            Add(spool, i, $"question {i % Questions}", $"response {i % Questions}");
        }

        var (kept, read) = (new List<QuestionSpool.SpooledQuestions>(), new List<SourceRow>());
        foreach (var (partition, _) in spool.Read())
        {
            var batches = partition.Batches(rowsPerBatch);
            foreach (var (i, batch) in batches.Index())
            {
                var rows = batch.Read(Files).ToList();
                Assert.All(rows, q => Assert.Equal(Rows, q.Rows.Count));
                Assert.Equal(i < batches.Count - 1 ? (rowsPerBatch + 1) / Rows : rows.Count, rows.Count);
                if (i == batches.Count / 2)
                {
                    kept.Add(batch);
                }
                else
                {
                    read.AddRange(rows.SelectMany(q => q.Rows));
                    batch.Dispose();
                }
            }
        }

        foreach (var batch in kept)
        {
            read.AddRange(batch.Read(Files).SelectMany(q => q.Rows));
            batch.Dispose();
        }

        Assert.Equal(Rows * Questions, read.Count);
        Assert.All(read, r => Assert.Equal(r.Question.Replace("question", "response", StringComparison.Ordinal), r.Response.ToString()));
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

        Assert.InRange(spool.PeakBytes, 1, Memory + (2 * (16 << 10)));
        Assert.True(spool.Spills > count / 2000);
        var (rows, largest) = (0, 0L);
        foreach (var (part, _) in spool.Read())
        {
            var size = 0L;
            part.ForEach(
                (_, _, row) =>
                {
                    size += row.Length;
                    rows++;
                }
            );
            largest = Math.Max(largest, size);
        }

        Assert.Equal(count, rows);
        Assert.InRange(largest, 1, Partition);
    }

    /// <summary>Rows go to files while others come; what goes wrong there is not lost.</summary>
    [Fact]
    public void A_file_that_cannot_be_written_is_told()
    {
        var folder = Path.Combine(_folder.FullName, "s");
        using var spool = new QuestionSpool(folder, memory: 0);
        for (var partition = 0; partition < 256; partition++)
        {
            Directory.CreateDirectory(Path.Combine(folder, $"{partition:x2}.rows"));
        }

        Add(spool, 1, "question", "response");
        Assert.Throws<UnauthorizedAccessException>(() => spool.Read().Count());
    }

    private static IReadOnlyList<TextFile> Files { get; } = new TextFiles(["absent", "absent too"]).All;

    private static SourceField Word(string word) => new("", RowValue.OfText(Encoding.UTF8.GetBytes(word)));

    private List<string> Grouped(int[] questions, long memory, long partition)
    {
        using var spool = new QuestionSpool(Path.Combine(_folder.FullName, "s"), memory, partition);
        foreach (var (i, question) in questions.Index())
        {
            Add(spool, i, $"question {question}", $"{i}");
        }

        List<string> read =
        [
            .. spool
                .Read()
                .SelectMany(p => p.Rows.Batches(1).SelectMany(b => b.Read(Files)))
                .Select(q => string.Join(',', q.Rows.Select(r => r.Response))),
        ];
        spool.Dispose();
        Assert.Empty(_folder.EnumerateFileSystemInfos());
        return read;
    }

    private static void Add(QuestionSpool spool, int index, string question, string response) =>
        Add(spool, new TableRow("f:", index, 1, 0, "{}"u8.ToArray()), _ => new SourceFields
        {
            Question = Word(question),
            Variant = Word("original"),
            Response = Word(response),
            Outcome = Outcome.Wrong,
        });

    private static void Add(QuestionSpool spool, TableRow row, Func<RowCells, SourceFields> fields)
    {
        var (cells, kept) = (new RowCells(), new ByteBuffer(1));
        cells.Take(row);
        var given = fields(cells);
        new SourceRowWriter().Write(cells, given, file: 1, kept);
        var question = cells.TextOf("", given.Question.Value, "text");
        spool.Add(QuestionHash.Of(question), question, kept.Written);
    }
}
