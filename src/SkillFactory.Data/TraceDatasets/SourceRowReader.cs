using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using SkillFactory.Core.Traces;
using SkillFactory.Grading;
using SkillFactory.Tables.TextFiles;

namespace SkillFactory.Data.TraceDatasets;

/// <summary>Reads what <see cref="SourceRowWriter"/> wrote.</summary>
internal static class SourceRowReader
{
    /// <summary>Bytes of a <see cref="SourceRow.Digest"/>, the lowest of the number.</summary>
    public const int DigestBytes = 6;

    /// <summary>The rows of a question.</summary>
    /// <param name="files">The input's files, by number.</param>
    public static IReadOnlyList<SourceRow> Read(List<ReadOnlyMemory<byte>> rows, string question, IReadOnlyList<TextFile> files)
    {
        var read = new SourceRow[rows.Count];
        for (var i = 0; i < read.Length; i++)
        {
            read[i] = Read(rows[i], question, i > 0 ? read[i - 1] : null, files);
        }

        return read;
    }

    /// <summary>The reflections of a row that has no ids: called after the attempt, in the order in which they stand.</summary>
    /// <param name="kept">See <see cref="SourceRow.Reflections"/>.</param>
    /// <param name="file">Where they stand.</param>
    /// <param name="attempt">Id of the attempt.</param>
    public static TraceReflection[] Reflections(ReadOnlyMemory<byte> kept, TextFile file, string attempt)
    {
        var at = new Cursor(kept);
        var reflections = new TraceReflection[at.Number()];
        for (var i = 0; i < reflections.Length; i++)
        {
            reflections[i] = new TraceReflection(attempt, i, at.Kept(file));
        }

        return reflections;
    }

    /// <param name="before">Another row of the question: what they have in common becomes a string once.</param>
    private static SourceRow Read(ReadOnlyMemory<byte> bytes, string question, SourceRow? before, IReadOnlyList<TextFile> files)
    {
        var at = new Cursor(bytes);
        var file = files[(int)at.Number()];
        return new SourceRow
        {
            File = file,
            Number = at.Number(),
            Digest = BinaryPrimitives.ReadUInt64LittleEndian(at.Bytes(sizeof(ulong)).Span) >> (8 * (sizeof(ulong) - DigestBytes)),
            Question = question,
            Id = at.Text(),
            Parent = at.Text(),
            Prompt = at.Text(before?.Prompt),
            Variant = at.Text(before?.Variant)!,
            Response = at.Kept(file),
            Outcome = (Outcome)at.Number(),
            Extracted = at.Text(),
            Canonical = at.Text(),
            Reflections = at.SkipList(),
            Gold = at.Text(before?.Gold),
            Task = at.Text(before?.Task),
            Level = at.Text(before?.Level),
            Model = at.Text(before?.Model),
            WeightsVersion = at.Text() is { } version ? long.Parse(version, CultureInfo.InvariantCulture) : null,
        };
    }

    private ref struct Cursor(ReadOnlyMemory<byte> bytes)
    {
        private readonly ReadOnlySpan<byte> _span = bytes.Span;
        private int _at;

        public long Number()
        {
            var number = 0L;
            for (var shift = 0; ; shift += 7)
            {
                var next = _span[_at++];
                number |= (long)(next & 0x7F) << shift;
                if (next < 0x80)
                {
                    return number;
                }
            }
        }

        public ReadOnlyMemory<byte> Bytes(int count)
        {
            var read = bytes.Slice(_at, count);
            _at += count;
            return read;
        }

        /// <param name="likely">What it may well be.</param>
        public string? Text(string? likely = null)
        {
            var count = (int)Number() - 1;
            if (count < 0)
            {
                return null;
            }

            var text = _span.Slice(_at, count);
            _at += count;
            return likely is not null && Ascii.Equals(text, likely) ? likely : Encoding.UTF8.GetString(text);
        }

        /// <summary>A long text.</summary>
        /// <param name="file">Where it stands, if it was left there.</param>
        public SourceText Kept(TextFile file)
        {
            var signs = (TextSigns)_span[_at++];
            return Number() is > 0 and var count
                ? new SourceText(Bytes((int)count - 1), signs)
                : new SourceText(file, Bytes((int)Number()), signs);
        }

        /// <summary>A list of long texts, as it is.</summary>
        public ReadOnlyMemory<byte> SkipList()
        {
            var start = _at;
            for (var left = Number(); left > 0; left--)
            {
                _at++;
                var length = Number() is > 0 and var count ? count - 1 : Number();
                _at += (int)length;
            }

            return bytes[start.._at];
        }
    }
}
