using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Json;
using SkillFactory.Tables.Rows;

namespace SkillFactory.Data.TraceDatasets;

/// <summary>Writes rows in the binary form of the spool, which <see cref="SourceRowReader"/> reads. A text is its length as int32 and its
/// UTF-8 bytes; a missing text has the length −1. Most rows have no opening, and it is
/// left out then. Not thread-safe.</summary>
internal sealed class SourceRowWriter
{
    private readonly ArrayBufferWriter<byte> _bytes = new(1 << 14);

    /// <summary>Checks a row and writes it.</summary>
    /// <param name="hash">Hash of the question.</param>
    /// <exception cref="BadRowException">A column does not contain text.</exception>
    public byte[] Write(TableRow row, in SourceFields fields, out UInt128 hash)
    {
        _bytes.ResetWrittenCount();
        var question = TextOf(row, fields.Question);
        hash = QuestionHash.Of(question);
        Write(Encoding.UTF8.GetBytes(row.Place));
        Write(question);

        // The digest of a row covers its bytes from here on.
        Write(row, fields.Id);
        Write(row, fields.Parent);
        Write(row, fields.Prompt);
        Write(row, fields.Variant);
        Write(row, fields.Response);
        Write((int)fields.Outcome);
        Write(row, fields.Extracted);
        Write(row, fields.Canonical);
        WriteList(row, fields.Reflections);
        Write(row, fields.Gold);
        Write(row, fields.Task);
        Write(row, fields.Level);
        Write(row, fields.Model);
        Write(row, fields.WeightsVersion);
        if (fields.Opening.Column is not null)
        {
            Write(row, fields.Opening);
        }

        return _bytes.WrittenSpan.ToArray();
    }

    private void Write(TableRow row, in SourceField field)
    {
        if (field.Column is null)
        {
            Write(-1);
        }
        else
        {
            Write(TextOf(row, field));
        }
    }

    /// <summary>The number of texts, then each text.</summary>
    private void WriteList(TableRow row, in SourceField field)
    {
        var items = field.Value.Items;
        Write(items.Length);
        for (var i = 0; i < items.Length; i++)
        {
            if (items[i].Kind != JsonValueKind.String)
            {
                throw row.Bad(string.Create(CultureInfo.InvariantCulture, $"{field.Column}[{i}]"), items[i], field.Expected);
            }

            Write(row, field with { Value = items[i] });
        }
    }

    private static ReadOnlySpan<byte> TextOf(TableRow row, in SourceField field) => row.Utf8Of(field.Column!, field.Value, field.Expected);

    private void Write(ReadOnlySpan<byte> text)
    {
        Write(text.Length);
        _bytes.Write(text);
    }

    private void Write(int number)
    {
        BinaryPrimitives.WriteInt32LittleEndian(_bytes.GetSpan(sizeof(int)), number);
        _bytes.Advance(sizeof(int));
    }
}
