using SkillFactory.Tables.Rows;
using SkillFactory.Tables.TextFiles;

namespace SkillFactory.Tables.JsonLines;

/// <summary>One JSON object per line. Blank lines are ignored.</summary>
internal sealed class JsonLinesSplitter(string path) : IRowSplitter
{
    private readonly string _place = $"{path}:";
    private long _number;

    public string Place => $"{_place}{_number + 1}";

    public int Split(ReadOnlyMemory<byte> text, bool isLast, Func<int, double> shareAt, List<TableRow> rows)
    {
        var end = isLast ? text.Length : text.Span.LastIndexOf((byte)'\n') + 1;
        for (var at = 0; at < end; )
        {
            var length = text.Span[at..end].IndexOf((byte)'\n');
            var line = text.Slice(at, length < 0 ? end - at : length);
            at += line.Length + 1;
            _number++;
            if (!line.Span.Trim(" \t\r"u8).IsEmpty)
            {
                rows.Add(new TableRow(_place, _number, shareAt(at), line));
            }
        }

        return end;
    }
}
