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

    /// <summary>Bytes of a text from which on it is left where it stands.</summary>
    private const int ShortText = 24;

    private const int DigestBytes = 6;

    /// <summary>Checks and writes a row with all its texts: the question's, then the rest. After it fails, what has been written is of no use.</summary>
    /// <param name="texts">Told of the long texts: where each begins in <paramref name="bytes"/>, its length before it, and where it stands in the input.</param>
    /// <returns>Where the rest begins.</returns>
    /// <exception cref="BadRowException">A column does not hold text.</exception>
    public static int Write(ArrayBufferWriter<byte> bytes, RowCells row, in SourceFields fields, List<WrittenText> texts)
    {
        var writer = new Writer(bytes, row, texts);
        var roles = fields.Id is { Column: null, Text: null } ? TextSigns.OfAttempt : TextSigns.OfAttempt | TextSigns.OfCritique;
        texts.Clear();
        writer.Bare(fields.Question);
        var rest = bytes.WrittenCount;
        writer.WritePlace();
        writer.Write(fields.Id);
        writer.Write(fields.Parent);
        writer.Write(fields.Prompt);
        writer.Write(fields.Variant);
        writer.WriteText(fields.Response, roles);
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

    /// <summary>Writes what <see cref="Write"/> wrote as it is kept: after the place a digest of all the rest, and long texts with their signs, those that
    /// stand in a file by their place there.</summary>
    /// <param name="row">The rest of a row, from the place on.</param>
    /// <param name="start">Where <paramref name="row"/> begins in what was written.</param>
    /// <param name="texts">The long texts in it.</param>
    /// <param name="file">Number of the row's file.</param>
    public static void Keep(ReadOnlySpan<byte> row, int start, List<WrittenText> texts, int file, ArrayBufferWriter<byte> to)
    {
        var at = sizeof(int) + BinaryPrimitives.ReadInt32LittleEndian(row);
        to.Write(row[..at]);
        BinaryPrimitives.WriteUInt64LittleEndian(to.GetSpan(sizeof(ulong)), XxHash3.HashToUInt64(row[at..]));
        to.Advance(sizeof(ulong));
        foreach (var text in texts)
        {
            var begin = text.Start - start;
            to.Write(row[at..begin]);
            var content = row.Slice(begin + sizeof(int), BinaryPrimitives.ReadInt32LittleEndian(row[begin..]));
            at = begin + sizeof(int) + content.Length;
            Keep(content, text, file, to);
        }

        to.Write(row[at..]);
    }

    private static void Keep(ReadOnlySpan<byte> content, WrittenText text, int file, ArrayBufferWriter<byte> to)
    {
        var signs = TextSignFinder.Find(content, text.Roles);
        var head = to.GetSpan(1 + (2 * sizeof(int)) + SourceText.PlaceBytes);
        head[0] = (byte)signs;
        if (text.Offset is not { } offset || content.Length < ShortText)
        {
            BinaryPrimitives.WriteInt32LittleEndian(head[1..], content.Length);
            to.Advance(1 + sizeof(int));
            to.Write(content);
            return;
        }

        // A number below zero: the place, and the answer if there is one.
        var answer = signs.HasFlag(TextSigns.Answer) ? content[Tags.LastAnswerIn(content)!.Value] : [];
        BinaryPrimitives.WriteInt32LittleEndian(head[1..], ~(SourceText.PlaceBytes + answer.Length));
        BinaryPrimitives.WriteInt32LittleEndian(head[(1 + sizeof(int))..], file);
        SourceText.WritePlace(head[(1 + (2 * sizeof(int)))..], offset, text.Length);
        to.Advance(1 + (2 * sizeof(int)) + SourceText.PlaceBytes);
        to.Write(answer);
    }

    /// <summary>The rows of a question, as they were kept.</summary>
    /// <param name="files">Where texts stand, by number.</param>
    public static IReadOnlyList<SourceRow> Read(List<ReadOnlyMemory<byte>> rows, string question, IReadOnlyList<TextFile> files)
    {
        var read = new SourceRow[rows.Count];
        for (var i = 0; i < read.Length; i++)
        {
            read[i] = Read(rows[i], question, i > 0 ? read[i - 1] : null, files);
        }

        return read;
    }

    /// <param name="before">Another row of the question: what they have in common becomes a string once.</param>
    private static SourceRow Read(ReadOnlyMemory<byte> bytes, string question, SourceRow? before, IReadOnlyList<TextFile> files)
    {
        var at = bytes;
        var place = Bare(ref at);
        var digest = BinaryPrimitives.ReadUInt64LittleEndian(at.Span) >> (8 * (sizeof(ulong) - DigestBytes));
        at = at[sizeof(ulong)..];
        var (id, parent, prompt) = (Text(ref at), Text(ref at), Text(ref at, before?.Prompt));
        var (variant, response, outcome) = (Text(ref at, before?.Variant)!, Kept(ref at, files), (Outcome)Number(ref at));
        var (extracted, canonical) = (Text(ref at), Text(ref at));
        var reflections = new SourceText[Number(ref at)];
        for (var i = 0; i < reflections.Length; i++)
        {
            reflections[i] = Kept(ref at, files);
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

    private static SourceText Kept(ref ReadOnlyMemory<byte> at, IReadOnlyList<TextFile> files)
    {
        var signs = (TextSigns)at.Span[0];
        at = at[1..];
        var count = Number(ref at);
        var file = count < 0 ? files[Number(ref at)] : null;
        var bytes = at[..(count < 0 ? ~count : count)];
        at = at[bytes.Length..];
        return file is null ? new SourceText(bytes, signs) : new SourceText(file, bytes, signs);
    }

    private readonly struct Writer(ArrayBufferWriter<byte> bytes, RowCells row, List<WrittenText> texts)
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

        /// <summary>A long text.</summary>
        /// <param name="roles">What it may be looked at as.</param>
        public void WriteText(in SourceField field, TextSigns roles)
        {
            texts.Add(new WrittenText(bytes.WrittenCount, roles, field.Column is null ? null : row.OffsetOf(field.Value), field.Value.Bytes.Length));
            Write(field);
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

                WriteText(SourceField.Of(column, item, field.Expected), TextSigns.OfCritique);
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

/// <summary>A long text of a row that was written.</summary>
/// <param name="Start">Where its length and then the text stand in what was written.</param>
/// <param name="Roles">What it may be looked at as.</param>
/// <param name="Offset">Where it stands in its file as a JSON string; null: it does not.</param>
/// <param name="Length">Bytes of that string.</param>
internal readonly record struct WrittenText(int Start, TextSigns Roles, long? Offset, int Length);
