using System.Buffers;

namespace SkillFactory.Tables.Rows;

/// <summary>Rows of a file that follow each other and were read together. Disposed when nothing of them is in use any more, its memory is
/// used for the next; that may be left out.</summary>
/// <param name="rows">At least one.</param>
/// <param name="bytes">What they stand in, borrowed from the shared pool; null where nothing was borrowed.</param>
public sealed class RowBlock(IReadOnlyList<TableRow> rows, byte[]? bytes) : IDisposable
{
    public IReadOnlyList<TableRow> Rows => rows;

    public void Dispose()
    {
        foreach (var row in rows)
        {
            row.Release();
        }

        if (bytes is not null)
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }
}
