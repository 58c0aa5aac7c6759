using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Parquet;
using Parquet.Schema;
using SkillFactory.Tables.Rows;

namespace SkillFactory.Tables.ParquetFiles;

/// <summary>The values of one column of a row group with their levels. Thread-safe.</summary>
internal abstract class ParquetLeaf
{
    private readonly int _whole;
    private readonly int[]? _definitions;
    private readonly int[]? _repetitions;
    private readonly int[]? _entries;
    private readonly int[]? _values;

    /// <param name="whole">Definition level of an entry that has a value.</param>
    /// <param name="count">Number of entries.</param>
    /// <param name="definitions">Definition level of each entry; null if all have a value.</param>
    /// <param name="repetitions">Repetition level of each entry; null if each entry is a row.</param>
    /// <param name="rows">Number of rows in the group.</param>
    private protected ParquetLeaf(string name, int whole, int count, int[]? definitions, int[]? repetitions, int rows)
    {
        (_whole, Count, _definitions, _repetitions) = (whole, count, definitions, repetitions);
        _entries = repetitions is null ? null : new int[rows + 1];
        _values = definitions is null && repetitions is null ? null : new int[rows + 1];
        var (row, value) = (0, 0);
        for (var entry = 0; entry < count; entry++)
        {
            if (repetitions is null || repetitions[entry] == 0)
            {
                if (row == rows)
                {
                    throw new InvalidDataException($"the column {name} has more than the {rows} rows of the group");
                }

                _entries?[row] = entry;
                _values?[row] = value;
                row++;
            }

            value += definitions is null || definitions[entry] == whole ? 1 : 0;
        }

        if (row < rows)
        {
            throw new InvalidDataException($"the column {name} has {row} rows; the group has {rows}");
        }

        _entries?[rows] = count;
        _values?[rows] = value;
    }

    /// <summary>Number of entries in all rows.</summary>
    public int Count { get; }

    /// <summary>First entry of a row; for the number of rows, the number of entries.</summary>
    public int EntryOf(int row) => _entries?[row] ?? row;

    /// <summary>The number of values before a row.</summary>
    public int ValueOf(int row) => _values?[row] ?? row;

    /// <summary>Definition level of an entry.</summary>
    public int Definition(int entry) => _definitions?[entry] ?? _whole;

    /// <summary>Whether an entry has a value.</summary>
    public bool Has(int entry) => Definition(entry) == _whole;

    /// <summary>Repetition level of an entry: 0 at the start of a row; −1 after the last entry.</summary>
    public int Repetition(int entry) => entry >= Count ? -1 : _repetitions?[entry] ?? 0;

    /// <exception cref="NotTextException">A text is not valid UTF-8.</exception>
    public abstract void Write(Utf8JsonWriter writer, int value);

    /// <summary>The value. Texts are not copied.</summary>
    public abstract RowValue Cell(int value);

    /// <summary>Reads a column; null for types without a JSON form.</summary>
    /// <param name="asBytes">The same column as bytes, if it contains text. If null, text is read as characters.</param>
    public static async Task<ParquetLeaf?> ReadAsync(
        ParquetRowGroupReader group,
        DataField field,
        DataField? asBytes,
        CancellationToken cancellationToken
    )
    {
        var type = field.ClrType;
        return asBytes is not null
                ? await ReadAsync<ReadOnlyMemory<byte>>(
                    group,
                    asBytes,
                    (w, v) => w.WriteStringValue(Valid(v.Span, field)),
                    cancellationToken,
                    RowValue.OfText
                )
            : type == typeof(ReadOnlyMemory<char>)
                ? await ReadAsync<ReadOnlyMemory<char>>(group, field, (w, v) => w.WriteStringValue(v.Span), cancellationToken)
            : type == typeof(ReadOnlyMemory<byte>)
                ? await ReadAsync<ReadOnlyMemory<byte>>(
                    group,
                    field,
                    (w, v) => w.WriteStringValue(Encoding.UTF8.GetString(v.Span)),
                    cancellationToken
                )
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

    private static ReadOnlySpan<byte> Valid(ReadOnlySpan<byte> text, DataField field) =>
        Utf8.IsValid(text) ? text : throw new NotTextException(field.Path.FirstPart ?? field.Name);

    /// <summary>NaN and the infinities are written as strings, because JSON has no numbers for them.</summary>
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
        ParquetRowGroupReader group,
        DataField field,
        Action<Utf8JsonWriter, T> write,
        CancellationToken cancellationToken,
        Func<T, RowValue>? cell = null
    )
        where T : struct
    {
        var count = checked(
            (int)(
                group.GetMetadata(field)?.MetaData?.NumValues ?? throw new InvalidDataException($"the column {field.Path} has no metadata")
            )
        );
        var values = new T[count];
        var definitions = field.MaxDefinitionLevel > 0 ? new int[count] : null;
        var repetitions = field.MaxRepetitionLevel > 0 ? new int[count] : null;
        await group.ReadRawAsync(field, values.AsMemory(), definitions?.AsMemory(), repetitions?.AsMemory(), cancellationToken);
        return new Of<T>(field, values, definitions, repetitions, checked((int)group.RowCount), write, cell);
    }

    private sealed class Of<T>(
        DataField field,
        T[] values,
        int[]? definitions,
        int[]? repetitions,
        int rows,
        Action<Utf8JsonWriter, T> write,
        Func<T, RowValue>? cell
    ) : ParquetLeaf(field.Path.ToString(), field.MaxDefinitionLevel, values.Length, definitions, repetitions, rows)
    {
        public override void Write(Utf8JsonWriter writer, int value) => write(writer, values[value]);

        public override RowValue Cell(int value)
        {
            if (cell is not null)
            {
                return cell(values[value]);
            }

            var json = new ArrayBufferWriter<byte>();
            using (var writer = new Utf8JsonWriter(json, ParquetRecords.Options))
            {
                Write(writer, value);
            }

            return RowValue.Of(JsonElement.Parse(json.WrittenSpan));
        }
    }
}

/// <summary>A text column contains bytes that are not valid UTF-8.</summary>
/// <param name="column">Its name.</param>
internal sealed class NotTextException(string column) : Exception($"the column {column} holds bytes that are not valid UTF-8")
{
    public string Column => column;
}
