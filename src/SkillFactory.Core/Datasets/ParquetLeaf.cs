using System.Text;
using System.Text.Json;
using Parquet;
using Parquet.Schema;

namespace SkillFactory.Core.Datasets;

/// <summary>The values of one column of a row group with their levels, read from front to back.</summary>
internal abstract class ParquetLeaf
{
    /// <summary>Definition level of the current entry: how much of its path exists.</summary>
    public abstract int Definition { get; }

    /// <summary>Repetition level of the current entry: the list that it continues; 0 begins a row, and −1 is the end.</summary>
    public abstract int Repetition { get; }

    /// <summary>Writes the current entry and goes on to the next.</summary>
    public abstract void WriteValue(Utf8JsonWriter writer);

    public abstract void Advance();

    /// <summary>Null for types that have no JSON form.</summary>
    public static async Task<ParquetLeaf?> ReadAsync(ParquetRowGroupReader group, DataField field, CancellationToken cancellationToken)
    {
        var type = field.ClrType;
        return type == typeof(ReadOnlyMemory<char>) ? await ReadAsync<ReadOnlyMemory<char>>(group, field, (w, v) => w.WriteStringValue(v.Span), cancellationToken)
            : type == typeof(ReadOnlyMemory<byte>) ? await ReadAsync<ReadOnlyMemory<byte>>(group, field, (w, v) => w.WriteStringValue(Encoding.UTF8.GetString(v.Span)), cancellationToken)
            : type == typeof(bool) ? await ReadAsync<bool>(group, field, (w, v) => w.WriteBooleanValue(v), cancellationToken)
            : type == typeof(int) ? await ReadAsync<int>(group, field, (w, v) => w.WriteNumberValue(v), cancellationToken)
            : type == typeof(long) ? await ReadAsync<long>(group, field, (w, v) => w.WriteNumberValue(v), cancellationToken)
            : type == typeof(uint) ? await ReadAsync<uint>(group, field, (w, v) => w.WriteNumberValue(v), cancellationToken)
            : type == typeof(ulong) ? await ReadAsync<ulong>(group, field, (w, v) => w.WriteNumberValue(v), cancellationToken)
            : type == typeof(short) ? await ReadAsync<short>(group, field, (w, v) => w.WriteNumberValue(v), cancellationToken)
            : type == typeof(ushort) ? await ReadAsync<ushort>(group, field, (w, v) => w.WriteNumberValue(v), cancellationToken)
            : type == typeof(sbyte) ? await ReadAsync<sbyte>(group, field, (w, v) => w.WriteNumberValue(v), cancellationToken)
            : type == typeof(byte) ? await ReadAsync<byte>(group, field, (w, v) => w.WriteNumberValue(v), cancellationToken)
            : type == typeof(float) ? await ReadAsync<float>(group, field, (w, v) => WriteReal(w, v, v.ToString("R")), cancellationToken)
            : type == typeof(double) ? await ReadAsync<double>(group, field, (w, v) => WriteReal(w, v, v.ToString("R")), cancellationToken)
            : type == typeof(decimal) ? await ReadAsync<decimal>(group, field, (w, v) => w.WriteNumberValue(v), cancellationToken)
            : null;
    }

    /// <summary>NaN and the infinities are no JSON numbers.</summary>
    private static void WriteReal(Utf8JsonWriter writer, double value, string text)
    {
        if (double.IsFinite(value))
        {
            writer.WriteRawValue(text);
        }
        else
        {
            writer.WriteStringValue(text);
        }
    }

    private static async Task<ParquetLeaf> ReadAsync<T>(
        ParquetRowGroupReader group, DataField field, Action<Utf8JsonWriter, T> write, CancellationToken cancellationToken)
        where T : struct
    {
        var count = checked((int)(group.GetMetadata(field)?.MetaData?.NumValues ?? throw new InvalidDataException($"the column {field.Path} has no metadata")));
        var values = new T[count];
        var definitions = field.MaxDefinitionLevel > 0 ? new int[count] : null;
        var repetitions = field.MaxRepetitionLevel > 0 ? new int[count] : null;
        await group.ReadRawAsync(field, values.AsMemory(), definitions?.AsMemory(), repetitions?.AsMemory(), cancellationToken);
        return new Of<T>(field.MaxDefinitionLevel, values, definitions, repetitions, write);
    }

    private sealed class Of<T>(int whole, T[] values, int[]? definitions, int[]? repetitions, Action<Utf8JsonWriter, T> write) : ParquetLeaf
    {
        private int _entry;
        private int _value;

        public override int Definition => definitions?[_entry] ?? whole;

        public override int Repetition => _entry >= values.Length ? -1 : repetitions?[_entry] ?? 0;

        public override void WriteValue(Utf8JsonWriter writer)
        {
            if (Definition == whole)
            {
                write(writer, values[_value]);
            }
            else
            {
                writer.WriteNullValue();
            }

            Advance();
        }

        public override void Advance()
        {
            _value += Definition == whole ? 1 : 0;
            _entry++;
        }
    }
}
