using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using SkillFactory.Core.Grading;

namespace SkillFactory.Core.Interchange;

/// <summary>Rows as bytes, without the question's text, which the spool keeps once for rows that follow each other.</summary>
internal static class SourceRowCodec
{
    private const int Null = -1;

    public static void Write(IBufferWriter<byte> writer, SourceRow row)
    {
        Text(writer, row.Place);
        Text(writer, row.Id);
        Text(writer, row.Parent);
        Text(writer, row.Prompt);
        Text(writer, row.Variant);
        Text(writer, row.Response);
        Number(writer, (int)row.Outcome);
        Text(writer, row.Extracted);
        Text(writer, row.Canonical);
        Number(writer, row.Reflections.Count);
        foreach (var reflection in row.Reflections)
        {
            Text(writer, reflection);
        }

        Text(writer, row.Gold);
        Text(writer, row.Task);
        Text(writer, row.Level);
        Text(writer, row.Model);
        Text(writer, row.WeightsVersion?.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    public static SourceRow Read(ReadOnlySpan<byte> bytes, string question)
    {
        var at = bytes;
        var (place, id, parent, prompt) = (Text(ref at)!, Text(ref at), Text(ref at), Text(ref at));
        var (variant, response, outcome) = (Text(ref at)!, Text(ref at)!, (Outcome)Number(ref at));
        var (extracted, canonical) = (Text(ref at), Text(ref at));
        var reflections = new string[Number(ref at)];
        for (var i = 0; i < reflections.Length; i++)
        {
            reflections[i] = Text(ref at)!;
        }

        return new SourceRow
        {
            Place = place,
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
            Gold = Text(ref at),
            Task = Text(ref at),
            Level = Text(ref at),
            Model = Text(ref at),
            WeightsVersion = Text(ref at) is { } version ? long.Parse(version, System.Globalization.CultureInfo.InvariantCulture) : null,
        };
    }

    private static void Number(IBufferWriter<byte> writer, int value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(writer.GetSpan(sizeof(int)), value);
        writer.Advance(sizeof(int));
    }

    private static int Number(ref ReadOnlySpan<byte> at)
    {
        var value = BinaryPrimitives.ReadInt32LittleEndian(at);
        at = at[sizeof(int)..];
        return value;
    }

    private static void Text(IBufferWriter<byte> writer, string? text)
    {
        if (text is null)
        {
            Number(writer, Null);
            return;
        }

        var span = writer.GetSpan(sizeof(int) + Encoding.UTF8.GetMaxByteCount(text.Length));
        var count = Encoding.UTF8.GetBytes(text, span[sizeof(int)..]);
        BinaryPrimitives.WriteInt32LittleEndian(span, count);
        writer.Advance(sizeof(int) + count);
    }

    private static string? Text(ref ReadOnlySpan<byte> at)
    {
        var count = Number(ref at);
        if (count == Null)
        {
            return null;
        }

        var text = Encoding.UTF8.GetString(at[..count]);
        at = at[count..];
        return text;
    }
}
