using System.Buffers.Binary;
using System.Globalization;
using System.IO.Hashing;
using System.Text;
using SkillFactory.Grading;

namespace SkillFactory.Data.TraceDatasets;

/// <summary>Reads rows that <see cref="SourceRowWriter"/> wrote.</summary>
internal static class SourceRowReader
{
    /// <summary>Bytes of a <see cref="SourceRow.Digest"/>.</summary>
    public const int DigestBytes = 6;

    public static SourceRow Read(ReadOnlySpan<byte> bytes)
    {
        var at = new Cursor(bytes);
        var (place, question) = (at.Text()!, at.Text()!);
        return new SourceRow
        {
            Place = place,
            Question = question,
            Digest = XxHash3.HashToUInt64(at.Rest) >> (8 * (sizeof(ulong) - DigestBytes)),
            Id = at.Text(),
            Parent = at.Text(),
            Prompt = at.Text(),
            Variant = at.Text()!,
            Response = at.Text()!,
            Outcome = (Outcome)at.Number(),
            Extracted = at.Text(),
            Canonical = at.Text(),
            Reflections = at.Texts(),
            Gold = at.Text(),
            Task = at.Text(),
            Level = at.Text(),
            Model = at.Text(),
            WeightsVersion = at.Text() is { } version ? long.Parse(version, CultureInfo.InvariantCulture) : null,
            Opening = at.Rest.IsEmpty ? null : at.Text(),
        };
    }

    private ref struct Cursor(ReadOnlySpan<byte> rest)
    {
        public ReadOnlySpan<byte> Rest { get; private set; } = rest;

        public int Number()
        {
            var number = BinaryPrimitives.ReadInt32LittleEndian(Rest);
            Rest = Rest[sizeof(int)..];
            return number;
        }

        public string? Text()
        {
            var length = Number();
            if (length < 0)
            {
                return null;
            }

            var text = Encoding.UTF8.GetString(Rest[..length]);
            Rest = Rest[length..];
            return text;
        }

        public string[] Texts()
        {
            var texts = new string[Number()];
            for (var i = 0; i < texts.Length; i++)
            {
                texts[i] = Text()!;
            }

            return texts;
        }
    }
}
