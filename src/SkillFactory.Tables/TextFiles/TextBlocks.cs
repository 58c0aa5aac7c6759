using SkillFactory.Primitives.Errors;
using SkillFactory.Tables.Csv;
using SkillFactory.Tables.JsonArrays;
using SkillFactory.Tables.JsonLines;
using SkillFactory.Tables.Rows;

namespace SkillFactory.Tables.TextFiles;

/// <summary>Reads the rows of a text file in blocks.</summary>
internal static class TextBlocks
{
    /// <summary>Largest row, in bytes.</summary>
    public const int MaxRowBytes = 1 << 28;

    /// <summary>Bytes of a block; below 85,000 bytes, so that blocks are not allocated on the large object heap.</summary>
    private const int BlockBytes = 1 << 16;

    /// <summary>Synchronous, as reading a block takes less time than a switch to another thread.</summary>
    public static IEnumerable<IReadOnlyList<TableRow>> Read(TextInput input, string path, CancellationToken cancellationToken)
    {
        IRowSplitter splitter =
            FileKind.IsList(input.Head) ? new JsonArraySplitter(path)
            : FileKind.IsCsv(input.Head, path) ? new CsvSplitter(path)
            : new JsonLinesSplitter(path);
        var bytes = new byte[BlockBytes];
        var (held, start, isLast) = (0, 0L, false);
        while (!isLast)
        {
            cancellationToken.ThrowIfCancellationRequested();
            held += input.Read(bytes.AsSpan(held));
            isLast = held < bytes.Length;
            var (rows, blockStart) = (new List<TableRow>(), start);
            var used = splitter.Split(bytes.AsMemory(0, held), isLast, at => input.ShareAt(blockStart + at), rows);
            if (used == 0 && held > MaxRowBytes)
            {
                throw new UserErrorException($"{splitter.Place}: the row is larger than {MaxRowBytes >> 20} MB, or it never ends");
            }

            // The next block begins with the incomplete last row. A row that fills the block needs a larger one.
            var next = new byte[Math.Max(BlockBytes, used == 0 ? 2 * held : held - used)];
            bytes.AsSpan(used, held - used).CopyTo(next);
            if (rows.Count > 0)
            {
                yield return rows;
            }

            (bytes, held, start) = (next, held - used, start + used);
        }
    }
}
