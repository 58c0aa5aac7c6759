using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using CsCheck;
using SkillFactory.Data.TraceDatasets;
using SkillFactory.Grading;
using SkillFactory.Tables.Rows;

namespace SkillFactory.Data.Tests.TraceDatasets;

public sealed class QuestionSpoolTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Rows_are_grouped_by_question_with_any_memory_limit() =>
        Gen.Select(Gen.Int[0, 30].Array[0, 300], Gen.Long[0, 10_000], Gen.Long[1, 3000])
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

    [Fact]
    public void Partitions_are_at_most_as_large_as_allowed()
    {
        const long Partition = 20_000;
        const int Count = 20_000;
        using var spool = new QuestionSpool(Path.Combine(_folder.Path, "s"), 200_000, Partition);
        for (var i = 0; i < Count; i++)
        {
            spool.Add(QuestionHash.Of($"question {i * 7919L % (Count / 4)}"), new byte[200]);
        }

        Assert.True(spool.Spills > 10);
        var sizes = spool.Read().Select(p => p.Questions.SelectMany(q => q.Rows).Select(r => r.Length).ToList()).ToList();
        Assert.Equal(Count, sizes.Sum(s => s.Count));
        Assert.InRange(sizes.Max(s => s.Sum()), 1, Partition);
    }

    [Fact]
    public void A_row_is_read_back_unchanged()
    {
        var text = "é\n" + new string('é', 100_000);
        var row = new TableRow(
            "f, row ",
            1L << 40,
            1,
            JsonSerializer.SerializeToUtf8Bytes(
                new
                {
                    q = "q 😀",
                    response = text,
                    empty = "",
                    reflections = (string[])["r\t\"x\"", "", "5 × 3"],
                    version = -7,
                    prompt = "\\u",
                }
            )
        );
        var fields = new SourceFields
        {
            Question = Column("q"),
            Id = Word("i"),
            Parent = Word("p"),
            Prompt = Column("prompt"),
            Variant = Word("v"),
            Response = Column("response"),
            Outcome = Outcome.Unscored,
            Extracted = Column("empty"),
            Reflections = Column("reflections"),
            WeightsVersion = Column("version"),
        };
        var read = SourceRowReader.Read(new SourceRowWriter().Write(row, fields, out var hash));
        Assert.Equal(QuestionHash.Of("q 😀"), hash);
        Assert.Equal(
            $"f, row {1L << 40}|q 😀|i|p|\\u|v|Unscored||-7",
            $"{read.Place}|{read.Question}|{read.Id}|{read.Parent}|{read.Prompt}|{read.Variant}|"
                + $"{read.Outcome}|{read.Gold}|{read.WeightsVersion}"
        );
        Assert.Equal((null, "", text), (read.Canonical, read.Extracted, read.Response));
        Assert.Null(read.Opening);
        Assert.Equal("o", SourceRowReader.Read(new SourceRowWriter().Write(row, fields with { Opening = Word("o") }, out _)).Opening);
        Assert.Equal(["r\t\"x\"", "", "5 × 3"], read.Reflections);

        SourceField Column(string name) => new(name, row.Get(name, "text"));
    }

    [Fact]
    public void The_digest_depends_on_the_content_and_not_on_the_place()
    {
        var writer = new SourceRowWriter();
        ulong Digest(long number, string question, string response) =>
            SourceRowReader
                .Read(
                    writer.Write(
                        new TableRow("f:", number, 1, "{}"u8.ToArray()),
                        new SourceFields
                        {
                            Question = Word(question),
                            Variant = Word("v"),
                            Response = Word(response),
                            Outcome = Outcome.Wrong,
                        },
                        out _
                    )
                )
                .Digest;

        Assert.InRange(Digest(1, "q", "r"), 1ul, (1ul << 48) - 1);
        Assert.Equal(Digest(1, "q", "r"), Digest(20, "other", "r"));
        Assert.NotEqual(Digest(1, "q", "r"), Digest(1, "q", "s"));
    }

    private static SourceField Word(string word) => new("", RowValue.OfText(Encoding.UTF8.GetBytes(word)));

    private List<string> Grouped(int[] questions, long memory, long partition)
    {
        using var spool = new QuestionSpool(Path.Combine(_folder.Path, "s"), memory, partition);
        foreach (var (i, question) in questions.Index())
        {
            var row = new byte[4 + (i % 90)];
            BinaryPrimitives.WriteInt32LittleEndian(row, i);
            spool.Add(QuestionHash.Of($"question {question}"), row);
        }

        List<string> read =
        [
            .. spool
                .Read()
                .SelectMany(p => p.Questions)
                .Select(q => string.Join(',', q.Rows.Select(r => BinaryPrimitives.ReadInt32LittleEndian(r)))),
        ];
        spool.Dispose();
        Assert.Empty(_folder.Names);
        return read;
    }
}
