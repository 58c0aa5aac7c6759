using System.Text.Json;
using SkillFactory.Tables.Rows;
using SkillFactory.Tables.TextFiles;

namespace SkillFactory.Data.TraceDatasets;

/// <summary>Checks rows one after the other and keeps their bytes until they are taken. One thread's own; its memory is used again and again.</summary>
/// <param name="where">Only rows that have this value in this column.</param>
internal sealed class RowChecker(IReadOnlyList<(string Column, string Value)> where)
{
    private readonly ByteBuffer _bytes = new(1 << 18);
    private readonly SourceRowWriter _writer = new();
    private readonly RowCells _cells = new();
    private readonly List<CheckedRow> _rows = [];
    private Range _question;
    private UInt128 _hash;

    public IReadOnlyList<CheckedRow> Rows => _rows;

    public ReadOnlySpan<byte> Bytes(Range range) => _bytes.Written[range];

    public void Clear()
    {
        _bytes.Cut(0);
        _rows.Clear();
        _question = default;
    }

    /// <param name="reader">Null where no row of the file could be read.</param>
    /// <param name="file">Number of the row's file.</param>
    public void Check(TableRow row, ISourceRows? reader, int file)
    {
        var content = _bytes.Count;
        try
        {
            _cells.Take(row);
            if (
                (where.Count == 0 || where.All(w => Has(row, w.Column, w.Value)))
                && reader is not null
                && reader.TryRead(_cells, out var fields)
            )
            {
                var hash = HashOf(_cells.TextOf(fields.Question.Column!, fields.Question.Value, fields.Question.Expected));
                content = _bytes.Count;
                _writer.Write(_cells, fields, file, _bytes);
                _rows.Add(new CheckedRow(hash, _question, content.._bytes.Count, null));
            }
            else
            {
                _rows.Add(default);
            }
        }
        catch (BadRowException e)
        {
            _bytes.Cut(content);
            _rows.Add(new CheckedRow(default, default, default, e.Problem));
        }
    }

    /// <summary>Rows of a question often follow each other.</summary>
    private UInt128 HashOf(ReadOnlySpan<byte> question)
    {
        if (_question.Equals(default) || !question.SequenceEqual(Bytes(_question)))
        {
            _question = _bytes.Count..(_bytes.Count + question.Length);
            _bytes.Add(question);
            _hash = QuestionHash.Of(question);
        }

        return _hash;
    }

    private static bool Has(TableRow row, string column, string wanted) =>
        row.Value(column, $"a column to choose rows by (--where {column}={wanted})")
            is { ValueKind: not (JsonValueKind.Array or JsonValueKind.Object) } value
        && value.ToString() == wanted;
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
