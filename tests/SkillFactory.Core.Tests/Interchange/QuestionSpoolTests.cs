using System.Buffers;
using CsCheck;
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
        var rows = questions.Select((q, i) => Row($"question {q}", i)).ToList();
        var expected = rows.GroupBy(r => r.Question).OrderBy(g => QuestionHash.Of(g.Key)).Select(g => string.Join(',', g.Select(r => r.Response))).ToList();
        Assert.Equal(expected, Grouped(rows, memory, partition).Select(q => string.Join(',', q.Select(r => r.Response))));
    }, iter: 100, threads: 1);

    /// <summary>A row of every kind comes back as it was.</summary>
    [Fact]
    public void Rows_come_back_whole()
    {
        var row = new SourceRow
        {
            Place = "a, row 3",
            Question = "q 😀",
            Id = "i",
            Parent = "p",
            Prompt = "prompt\n",
            Variant = "v",
            Response = new string('é', 100_000),
            Outcome = Outcome.Unscored,
            Extracted = "",
            Canonical = "c",
            Reflections = ["r", "", "5 × 3"],
            Gold = "g",
            Task = "t",
            Level = "l",
            Model = "m",
            WeightsVersion = -7,
        };
        var rows = new[] { row, Row("q 😀", 1), Row("other", 2) };
        foreach (var memory in (long[])[0, 1 << 20])
        {
            var read = Grouped(rows, memory, 1 << 20).SelectMany(q => q).OrderBy(r => Array.FindIndex(rows, o => o.Place == r.Place)).ToList();
            Assert.Equal(rows.Select(r => r with { Reflections = [] }), read.Select(r => r with { Reflections = [] }));
            Assert.Equal(rows.Select(r => r.Reflections), read.Select(r => r.Reflections));
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
        var bytes = new ArrayBufferWriter<byte>();
        for (var i = 0; i < count; i++)
        {
            bytes.ResetWrittenCount();
            var row = Row($"question {i * 7919L % (count / 4)}", i) with { Response = new string('x', 200) };
            SourceRowCodec.Write(bytes, row);
            spool.Add(QuestionHash.Of(row.Question), row.Question, bytes.WrittenSpan);
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

    private List<IReadOnlyList<SourceRow>> Grouped(IEnumerable<SourceRow> rows, long memory, long partition)
    {
        using var spool = new QuestionSpool(Path.Combine(_folder.FullName, "s"), memory, partition);
        foreach (var row in rows)
        {
            var bytes = new ArrayBufferWriter<byte>();
            SourceRowCodec.Write(bytes, row);
            spool.Add(QuestionHash.Of(row.Question), row.Question, bytes.WrittenSpan);
        }

        List<IReadOnlyList<SourceRow>> read = [.. spool.Read().SelectMany(p => p.Rows.Questions()).Select(q => q.Rows)];
        spool.Dispose();
        Assert.Empty(_folder.EnumerateFileSystemInfos());
        return read;
    }

    private static SourceRow Row(string question, int index) => new()
    {
        Place = $"f:{index}",
        Question = question,
        Variant = "original",
        Response = $"{index}",
        Outcome = Outcome.Wrong,
    };
}
