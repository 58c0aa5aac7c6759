using System.Text;

namespace SkillFactory.Tables.Csv;

/// <summary>The fields of one record of a CSV text (RFC 4180): separated by commas; a field in double quotes may hold commas, line ends
/// and doubled quotes. A record ends with CR, LF or both.</summary>
internal sealed class CsvFields
{
    private readonly List<(Range Text, bool Quoted)> _fields = [];

    /// <summary>Number of fields of the last record.</summary>
    public int Count => _fields.Count;

    /// <summary>Whether the last record is an empty line.</summary>
    public bool IsBlank => _fields is [(var text, false)] && text.Start.Equals(text.End);

    /// <summary>Offset of the quote that opens a field without end; -1 if there is none.</summary>
    public int Unclosed { get; private set; } = -1;

    /// <summary>Number, from 1, of a field with text outside its quotes; 0 if there is none.</summary>
    public int Broken { get; private set; }

    public bool IsQuoted(int field) => _fields[field].Quoted;

    /// <summary>The text of a field.</summary>
    /// <param name="record">The text that was read.</param>
    public string Text(ReadOnlySpan<byte> record, int field)
    {
        var (range, quoted) = _fields[field];
        var text = Encoding.UTF8.GetString(record[range]);
        return quoted ? text.Replace("\"\"", "\"", StringComparison.Ordinal) : text;
    }

    /// <summary>Reads the record at the start of a text.</summary>
    /// <param name="isLast">Whether the text is the end of the file.</param>
    /// <returns>Length of the record with its line end; -1 if it is not complete.</returns>
    public int Read(ReadOnlySpan<byte> text, bool isLast)
    {
        _fields.Clear();
        (Unclosed, Broken) = (-1, 0);
        for (var at = 0; ; at++)
        {
            var end = at < text.Length && text[at] == '"' ? Quoted(text, at) : Plain(text, at);
            if (end == text.Length)
            {
                return isLast && Unclosed < 0 ? end : -1;
            }

            if (text[end] != ',')
            {
                return LineEnd(text, end, isLast);
            }

            at = end;
        }
    }

    /// <summary>Offset of the separator after a field.</summary>
    private int Plain(ReadOnlySpan<byte> text, int start)
    {
        var end = Separator(text, start);
        _fields.Add((start..end, false));
        if (text[start..end].TrimStart((byte)' ') is [(byte)'"', ..])
        {
            Broken = _fields.Count;
        }

        return end;
    }

    private int Quoted(ReadOnlySpan<byte> text, int start)
    {
        for (var at = start + 1; ; at += 2)
        {
            var quote = text[at..].IndexOf((byte)'"');
            if (quote < 0)
            {
                Unclosed = start;
                return text.Length;
            }

            at += quote;
            if (at + 1 < text.Length && text[at + 1] == '"')
            {
                continue;
            }

            _fields.Add(((start + 1)..at, true));
            var end = Separator(text, at + 1);
            if (end > at + 1)
            {
                Broken = _fields.Count;
            }

            return end;
        }
    }

    private static int Separator(ReadOnlySpan<byte> text, int start)
    {
        var length = text[start..].IndexOfAny((byte)',', (byte)'\n', (byte)'\r');
        return length < 0 ? text.Length : start + length;
    }

    private static int LineEnd(ReadOnlySpan<byte> text, int at, bool isLast) =>
        text[at] == '\n' ? at + 1
        : at + 1 == text.Length ? (isLast ? at + 1 : -1)
        : text[at + 1] == '\n' ? at + 2
        : at + 1;
}
