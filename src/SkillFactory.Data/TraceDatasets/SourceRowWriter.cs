using System.Buffers.Binary;
using System.Globalization;
using System.IO.Hashing;
using System.Text.Json;
using SkillFactory.Core.Traces;
using SkillFactory.Grading;
using SkillFactory.Tables.Rows;
using SkillFactory.Tables.TextFiles;

namespace SkillFactory.Data.TraceDatasets;

/// <summary>Writes rows as bytes, without the question's text, as the spool holds it once for rows that follow each other. Long texts are written with their
/// signs, and those that stand in a file by their place there. <see cref="SourceRowReader"/> reads them. One thread's own.</summary>
internal sealed class SourceRowWriter
{
    /// <summary>Bytes of a text from which on it is left where it stands.</summary>
    private const int ShortText = 24;

    /// <summary>All texts in full: rows of the same content have the same digest, wherever they stand.</summary>
    private readonly ByteBuffer _content = new(1 << 14);

    private RowCells _row = null!;
    private ByteBuffer _to = null!;

    /// <summary>Checks and writes a row. After it fails, what has been written is of no use.</summary>
    /// <param name="file">Number of the row's file.</param>
    /// <exception cref="BadRowException">A column does not hold text.</exception>
    public void Write(RowCells row, in SourceFields fields, int file, ByteBuffer to)
    {
        (_row, _to) = (row, to);
        var roles = fields.Id.Column is null ? TextSigns.OfAttempt : TextSigns.OfAttempt | TextSigns.OfReflection;
        _content.Cut(0);
        to.AddNumber(file);
        to.AddNumber(row.Number);
        var digest = to.Count;
        to.Add(sizeof(ulong));
        Write(fields.Id);
        Write(fields.Parent);
        Write(fields.Prompt);
        Write(fields.Variant);
        WriteText(fields.Response, roles);
        AddToContent((int)fields.Outcome);
        to.AddNumber((int)fields.Outcome);
        Write(fields.Extracted);
        Write(fields.Canonical);
        WriteList(fields.Reflections);
        Write(fields.Gold);
        Write(fields.Task);
        Write(fields.Level);
        Write(fields.Model);
        Write(fields.WeightsVersion);
        BinaryPrimitives.WriteUInt64LittleEndian(to.Written[digest..], XxHash3.HashToUInt64(_content.Written));
    }

    /// <summary>One more than the length, then the text; zero for nothing.</summary>
    private void Write(in SourceField field)
    {
        if (field.Column is null)
        {
            AddToContent(-1);
            _to.AddNumber(0);
            return;
        }

        var text = Content(field);
        _to.AddNumber(text.Length + 1);
        _to.Add(text);
    }

    /// <summary>The signs of a long text, then it, or zero, its place and its answer.</summary>
    /// <param name="roles">What it may be looked at as.</param>
    private void WriteText(in SourceField field, TextSigns roles)
    {
        var text = Content(field);
        var signs = TextSignFinder.Find(text, roles, out var answer);
        _to.Add(1)[0] = (byte)signs;
        if (text.Length < ShortText || _row.PlaceOf(field.Value) is not var (offset, length))
        {
            _to.AddNumber(text.Length + 1);
            _to.Add(text);
            return;
        }

        _to.AddNumber(0);
        _to.AddNumber(SourceText.PlaceBytes + answer.Length);
        SourceText.WritePlace(_to.Add(SourceText.PlaceBytes), offset, length);
        _to.Add(answer);
    }

    /// <summary>The number of texts, then each.</summary>
    /// <param name="field">A list, or nothing.</param>
    private void WriteList(in SourceField field)
    {
        var items = field.Column is null ? [] : field.Value.Items;
        AddToContent(items.Length);
        _to.AddNumber(items.Length);
        for (var i = 0; i < items.Length; i++)
        {
            if (items[i].Kind != JsonValueKind.String)
            {
                throw _row.Bad(string.Create(CultureInfo.InvariantCulture, $"{field.Column}[{i}]"), items[i], field.Expected);
            }

            WriteText(new SourceField(field.Column, items[i], field.Expected), TextSigns.OfReflection);
        }
    }

    private ReadOnlySpan<byte> Content(in SourceField field)
    {
        var text = _row.TextOf(field.Column!, field.Value, field.Expected);
        AddToContent(text.Length);
        _content.Add(text);
        return text;
    }

    private void AddToContent(int number) => BinaryPrimitives.WriteInt32LittleEndian(_content.Add(sizeof(int)), number);
}
