using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.IO.Hashing;
using System.Text;
using System.Text.Json;
using SkillFactory.Core.Datasets;
using SkillFactory.Core.Grading;
using SkillFactory.Core.Traces;

namespace SkillFactory.Core.Interchange;

/// <summary>Rows as bytes. The question's text is kept apart, as the spool holds it once for rows that follow each other.</summary>
internal static class SourceRowCodec
{
    private const int Null = -1;

    /// <summary>Checks and writes a row: the question's text, then the rest. After it fails, what has been written is of no use.</summary>
    /// <returns>Where the rest begins.</returns>
    /// <exception cref="BadRowException">A column does not hold text.</exception>
    public static int Write(ArrayBufferWriter<byte> bytes, RowCells row, in SourceFields fields)
    {
        var writer = new Writer(bytes, row);
        writer.Bare(fields.Question);
        var rest = bytes.WrittenCount;
        writer.WritePlace();
        writer.Write(fields.Id);
        writer.Write(fields.Parent);
        writer.Write(fields.Prompt);
        writer.Write(fields.Variant);
        writer.Write(fields.Response);
        writer.Write((int)fields.Outcome);
        writer.Write(fields.Extracted);
        writer.Write(fields.Canonical);
        writer.WriteList(fields.Reflections);
        writer.Write(fields.Gold);
        writer.Write(fields.Task);
        writer.Write(fields.Level);
        writer.Write(fields.Model);
        writer.Write(fields.WeightsVersion);
        return rest;
    }

    /// <summary>The rows of a question.</summary>
    public static IReadOnlyList<SourceRow> Read(List<ReadOnlyMemory<byte>> rows, string question)
    {
        var read = new SourceRow[rows.Count];
        for (var i = 0; i < read.Length; i++)
        {
            read[i] = Read(rows[i], question, i > 0 ? read[i - 1] : null);
        }

        return read;
    }

    /// <param name="before">Another row of the question: what they have in common becomes a string once.</param>
    private static SourceRow Read(ReadOnlyMemory<byte> bytes, string question, SourceRow? before)
    {
        var at = bytes;
        var place = Bare(ref at);
        var digest = XxHash3.HashToUInt64(at.Span) >> (8 * (sizeof(ulong) - SourceRow.DigestBytes));
        var (id, parent, prompt) = (Text(ref at), Text(ref at), Text(ref at, before?.Prompt));
        var (variant, response, outcome) = (Text(ref at, before?.Variant)!, Bare(ref at), (Outcome)Number(ref at));
        var (extracted, canonical) = (Text(ref at), Text(ref at));
        var reflections = new SourceText[Number(ref at)];
        for (var i = 0; i < reflections.Length; i++)
        {
            reflections[i] = Bare(ref at);
        }

        return new SourceRow
        {
            Place = place,
            Digest = digest,
            Question = question,
            Id = id,
            Parent = parent,
            Prompt = prompt,
            Variant = variant,
            Response = response,
            Outcome = outcome,
            Extracted = extracted,
            Canonical = canonical,
            Reflections = reflections,
            Gold = Text(ref at, before?.Gold),
            Task = Text(ref at, before?.Task),
            Level = Text(ref at, before?.Level),
            Model = Text(ref at, before?.Model),
            WeightsVersion = Text(ref at) is { } version ? long.Parse(version, CultureInfo.InvariantCulture) : null,
        };
    }

    private static int Number(ref ReadOnlyMemory<byte> at)
    {
        var value = BinaryPrimitives.ReadInt32LittleEndian(at.Span);
        at = at[sizeof(int)..];
        return value;
    }

    /// <param name="likely">What it may well be.</param>
    private static string? Text(ref ReadOnlyMemory<byte> at, string? likely = null)
    {
        if (BinaryPrimitives.ReadInt32LittleEndian(at.Span) == Null)
        {
            at = at[sizeof(int)..];
            return null;
        }

        var text = Bare(ref at);
        return likely is not null && Ascii.Equals(text.Utf8, likely) ? likely : text.ToString();
    }

    private static SourceText Bare(ref ReadOnlyMemory<byte> at)
    {
        var count = Number(ref at);
        var text = new SourceText(at[..count]);
        at = at[count..];
        return text;
    }

    private readonly struct Writer(ArrayBufferWriter<byte> bytes, RowCells row)
    {
        public void Write(int value)
        {
            BinaryPrimitives.WriteInt32LittleEndian(bytes.GetSpan(sizeof(int)), value);
            bytes.Advance(sizeof(int));
        }

        public void WritePlace()
        {
            var start = bytes.WrittenCount;
            Write(0);
            row.CopyPlace(bytes);
            BinaryPrimitives.WriteInt32LittleEndian(Written(start), bytes.WrittenCount - start - sizeof(int));
        }

        /// <summary>The length, then the text.</summary>
        public void Write(in SourceField field)
        {
            if (field is { Column: null, Text: null })
            {
                Write(Null);
                return;
            }

            // The length is known when the text is there, and then it goes before it.
            var start = bytes.WrittenCount;
            Write(0);
            Bare(field);
            BinaryPrimitives.WriteInt32LittleEndian(Written(start), bytes.WrittenCount - start - sizeof(int));
        }

        /// <param name="field">A list, or nothing.</param>
        public void WriteList(in SourceField field)
        {
            if (field.Column is not { } column)
            {
                Write(0);
                return;
            }

            // The number is known when the items are there.
            var start = bytes.WrittenCount;
            Write(0);
            var i = 0;
            for (var at = 1; field.Value.NextItem(ref at) is { } item; i++)
            {
                if (item.Kind != JsonValueKind.String)
                {
                    throw row.Bad(string.Create(CultureInfo.InvariantCulture, $"{column}[{i}]"), item, field.Expected);
                }

                Write(SourceField.Of(column, item, field.Expected));
            }

            BinaryPrimitives.WriteInt32LittleEndian(Written(start), i);
        }

        /// <summary>The text alone.</summary>
        public void Bare(in SourceField field)
        {
            if (field.Column is { } column)
            {
                row.CopyText(column, field.Value, field.Expected, bytes);
            }
            else
            {
                Encoding.UTF8.GetBytes(field.Text, bytes);
            }
        }

        private Span<byte> Written(int start) => System.Runtime.InteropServices.MemoryMarshal.AsMemory(bytes.WrittenMemory).Span[start..];
    }
}
