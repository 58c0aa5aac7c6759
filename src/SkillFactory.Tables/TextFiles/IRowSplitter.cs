using SkillFactory.Primitives.Errors;
using SkillFactory.Tables.Rows;

namespace SkillFactory.Tables.TextFiles;

/// <summary>Divides a text into rows. The text comes in blocks that end anywhere; what a call does not use is the beginning of the next
/// block.</summary>
internal interface IRowSplitter
{
    /// <summary>"file:line" or "file, row N" of the row that comes next.</summary>
    string Place { get; }

    /// <param name="text">The next part of the text. Rows may keep slices of it.</param>
    /// <param name="isLast">Whether the text ends here. Then all of it must be used.</param>
    /// <param name="shareAt">Share of the file up to an offset in <paramref name="text"/>.</param>
    /// <param name="rows">Receives the rows.</param>
    /// <returns>Number of bytes used: up to the end of the last complete row, or more.</returns>
    /// <exception cref="UserErrorException">The text as a whole is damaged.</exception>
    int Split(ReadOnlyMemory<byte> text, bool isLast, Func<int, double> shareAt, List<TableRow> rows);
}
