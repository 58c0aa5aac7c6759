using System.Buffers;
using System.Text.Json;
using SkillFactory.Core.Datasets;

namespace SkillFactory.Core.Interchange;

/// <summary>Checks rows one after the other and keeps their bytes until they are taken. One thread's own; its memory is used again and again.</summary>
/// <param name="where">Only rows that have this value in this column.</param>
internal sealed class RowChecker(IReadOnlyList<(string Column, string Value)> where)
{
    private readonly ArrayBufferWriter<byte> _bytes = new(1 << 18);
    private readonly ArrayBufferWriter<byte> _row = new(1 << 14);
    private readonly List<WrittenText> _texts = [];
    private readonly RowCells _cells = new();
    private readonly List<CheckedRow> _rows = [];
    private Range _question;
    private UInt128 _hash;

    public IReadOnlyList<CheckedRow> Rows => _rows;

    public ReadOnlySpan<byte> Bytes(Range range) => _bytes.WrittenSpan[range];

    public void Clear()
    {
        _bytes.ResetWrittenCount();
        _rows.Clear();
        _question = default;
    }

    /// <param name="reader">Null where no row of the file could be read.</param>
    /// <param name="file">Number of the row's file.</param>
    public void Check(TableRow row, ISourceRows? reader, int file)
    {
        _row.ResetWrittenCount();
        try
        {
            _cells.Take(row);
            if ((where.Count == 0 || where.All(w => Has(row, w.Column, w.Value))) && reader?.Read(_cells) is { } fields)
            {
                var rest = SourceRowCodec.Write(_row, _cells, fields, _texts);
                var hash = HashOf(_row.WrittenSpan[..rest]);
                var content = _bytes.WrittenCount;
                SourceRowCodec.Keep(_row.WrittenSpan[rest..], rest, _texts, file, _bytes);
                _rows.Add(new CheckedRow(hash, _question, content.._bytes.WrittenCount, null));
            }
            else
            {
                _rows.Add(default);
            }
        }
        catch (BadRowException e)
        {
            _rows.Add(new CheckedRow(default, default, default, e.Problem));
        }
    }

    /// <summary>Rows of a question often follow each other.</summary>
    private UInt128 HashOf(ReadOnlySpan<byte> question)
    {
        if (_question.Equals(default) || !question.SequenceEqual(Bytes(_question)))
        {
            _question = _bytes.WrittenCount..(_bytes.WrittenCount + question.Length);
            _bytes.Write(question);
            _hash = QuestionHash.Of(question);
        }

        return _hash;
    }

    private static bool Has(TableRow row, string column, string wanted) =>
        row.Value(column, $"a column to choose rows by (--where {column}={wanted})") is { ValueKind: not (JsonValueKind.Array or JsonValueKind.Object) } value && value.ToString() == wanted;
}

/// <summary>A row that was checked; neither content nor problem: it was not asked for.</summary>
/// <param name="Hash">Of its question.</param>
/// <param name="Question">Bytes of the question's text.</param>
/// <param name="Content">Bytes of the rest.</param>
/// <param name="Problem">What is wrong with it.</param>
internal readonly record struct CheckedRow(UInt128 Hash, Range Question, Range Content, RowProblem? Problem)
{
    public bool IsWanted => !Content.Equals(default);
}
