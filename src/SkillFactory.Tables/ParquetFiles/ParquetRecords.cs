using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Parquet;
using Parquet.Schema;
using SkillFactory.Tables.Rows;

namespace SkillFactory.Tables.ParquetFiles;

/// <summary>
/// The rows of one Parquet row group as JSON objects, for any schema: nested lists and structs are assembled from the definition and
/// repetition levels of their leaves (Melnik et al. 2010, "Dremel"). Maps and columns of types without a JSON form are null. Plain columns
/// and lists of plain values can be read individually. Thread-safe.
/// </summary>
internal sealed class ParquetRecords
{
    // Rows appear in error messages, so characters stay readable.
    internal static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly IReadOnlyList<Field> _fields;
    private readonly Dictionary<string, (Field Field, ParquetLeaf? Leaf)?> _byName = new(StringComparer.Ordinal);
    private readonly Dictionary<DataField, ParquetLeaf> _leaves;

    private ParquetRecords(IReadOnlyList<Field> fields, Dictionary<DataField, ParquetLeaf> leaves)
    {
        (_fields, _leaves) = (fields, leaves);
        foreach (var field in fields)
        {
            var levels = Listed(field, 0);
            _byName.TryAdd(field.Name, Plain(levels) is { } data ? (levels, leaves.GetValueOrDefault(data)) : null);
        }
    }

    /// <param name="columns">The columns to read; null for all. The others are null.</param>
    public static async Task<ParquetRecords> ReadAsync(
        ParquetReader reader,
        ParquetRowGroupReader group,
        IReadOnlySet<string>? columns,
        CancellationToken cancellationToken
    )
    {
        var leaves = new Dictionary<DataField, ParquetLeaf>();
        var fields = reader.Schema.Fields;
        foreach (var field in fields.Where(f => columns?.Contains(f.Name) ?? true))
        {
            var bytes = AsBytes(field);
            foreach (var leaf in LeavesOf(field))
            {
                if (await ParquetLeaf.ReadAsync(group, leaf, bytes, cancellationToken) is { } read)
                {
                    leaves[leaf] = read;
                }
            }
        }

        return new ParquetRecords(fields, leaves);
    }

    /// <summary>A row as JSON.</summary>
    /// <param name="row">From 0.</param>
    /// <exception cref="NotTextException">A text is not valid UTF-8.</exception>
    public ReadOnlyMemory<byte> Row(int row)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Options))
        {
            new RowWriter(writer, _leaves.ToDictionary(l => l.Key, l => new Cursor(l.Value, row))).WriteMembers(_fields);
        }

        return buffer.WrittenMemory;
    }

    /// <summary>The value of a column of a row.</summary>
    /// <param name="column">Its name; not a path within it.</param>
    /// <param name="value">The value; null if there is no such column.</param>
    /// <returns>False if the column can only be read as part of the whole row.</returns>
    public bool TryFind(string column, int row, out RowValue? value)
    {
        value = null;
        if (!_byName.TryGetValue(column, out var found))
        {
            return true;
        }

        if (found is not var (field, leaf))
        {
            return false;
        }

        if (leaf is null)
        {
            value = RowValue.Null;
            return true;
        }

        var (at, end, next) = (leaf.EntryOf(row), leaf.EntryOf(row + 1), leaf.ValueOf(row));
        if (field is DataField { IsArray: false })
        {
            value = leaf.Has(at) ? leaf.Cell(next) : RowValue.Null;
        }
        else if (leaf.Definition(at) < field.MaxDefinitionLevel)
        {
            value = IsEmptyList(leaf.Definition(at), field) ? RowValue.OfItems([]) : RowValue.Null;
        }
        else
        {
            var items = new RowValue[end - at];
            for (var i = 0; i < items.Length; i++)
            {
                items[i] = leaf.Has(at + i) ? leaf.Cell(next++) : RowValue.Null;
            }

            value = RowValue.OfItems(items);
        }

        return true;
    }

    /// <summary>The field that a list's levels describe. A list of two levels, as old writers wrote it, is its repeated item.</summary>
    /// <param name="depth">Number of enclosing lists.</param>
    private static Field Listed(Field field, int depth) =>
        field is ListField { Item: DataField { IsArray: true } item } list && list.MaxRepetitionLevel == depth ? item : field;

    /// <summary>The values of a plain column or of a list of plain values; null for other columns.</summary>
    private static DataField? Plain(Field field) => (field is ListField { Item: var item } ? item : field) as DataField;

    /// <summary>An empty list has one definition level less than an item.</summary>
    private static bool IsEmptyList(int definition, Field field) => definition == field.MaxDefinitionLevel - 1;

    /// <summary>The leaf of a text column, declared as bytes so that nothing is decoded; null if that is not possible. The library
    /// identifies leaves by their path.</summary>
    private static DataField? AsBytes(Field field)
    {
        if (Plain(field) is not { ClrType: var type } text || type != typeof(ReadOnlyMemory<char>))
        {
            return null;
        }

        var bytes = new DataField(text.Name, typeof(ReadOnlyMemory<byte>), text.IsNullable, text.IsArray);
        if (field is not ListField list)
        {
            _ = new ParquetSchema(bytes);
        }
        else if (list.Path.ToList() is [_, { Length: > 0 } container])
        {
            _ = new ParquetSchema(new ListField(list.Name, bytes, container));
        }
        else
        {
            return null;
        }

        return
            bytes.Path.Equals(text.Path)
            && bytes.MaxDefinitionLevel == text.MaxDefinitionLevel
            && bytes.MaxRepetitionLevel == text.MaxRepetitionLevel
            ? bytes
            : null;
    }

    private static IEnumerable<DataField> LeavesOf(Field field) =>
        field switch
        {
            DataField data => [data],
            ListField list => LeavesOf(list.Item),
            StructField fields => fields.Fields.SelectMany(LeavesOf),
            _ => [],
        };

    /// <summary>A cursor over the entries of a leaf, starting at the first entry of a row.</summary>
    private sealed class Cursor(ParquetLeaf leaf, int row)
    {
        private int _entry = leaf.EntryOf(row);
        private int _value = leaf.ValueOf(row);

        public int Definition => leaf.Definition(_entry);

        public int Repetition => leaf.Repetition(_entry);

        /// <summary>Writes the entry and advances to the next.</summary>
        public void Write(Utf8JsonWriter writer)
        {
            if (leaf.Has(_entry))
            {
                leaf.Write(writer, _value);
            }
            else
            {
                writer.WriteNullValue();
            }

            Advance();
        }

        public void Advance()
        {
            _value += leaf.Has(_entry) ? 1 : 0;
            _entry++;
        }
    }

    private sealed class RowWriter(Utf8JsonWriter writer, Dictionary<DataField, Cursor> cursors)
    {
        /// <param name="depth">Number of enclosing lists.</param>
        public void WriteMembers(IEnumerable<Field> fields, int depth = 0)
        {
            writer.WriteStartObject();
            foreach (var field in fields)
            {
                writer.WritePropertyName(field.Name);
                Write(field, depth);
            }

            writer.WriteEndObject();
        }

        private void Write(Field field, int depth)
        {
            field = Listed(field, depth);

            // All leaves of a subtree agree on which parts of it exist, so the first leaf that was read is enough.
            if (Cursors(field).FirstOrDefault() is not { } guide)
            {
                writer.WriteNullValue();
                return;
            }

            switch (field)
            {
                case DataField { IsArray: false }:
                    guide.Write(writer);
                    break;
                case DataField:
                    WriteList(field, guide, () => guide.Write(writer));
                    break;
                case ListField list:
                    WriteList(field, guide, () => Write(list.Item, list.MaxRepetitionLevel));
                    break;
                case StructField { Fields: var members } when guide.Definition >= field.MaxDefinitionLevel:
                    WriteMembers(members, depth);
                    break;
                default:
                    writer.WriteNullValue();
                    Skip(field);
                    break;
            }
        }

        private void WriteList(Field field, Cursor guide, Action writeItem)
        {
            if (guide.Definition < field.MaxDefinitionLevel)
            {
                if (IsEmptyList(guide.Definition, field))
                {
                    writer.WriteStartArray();
                    writer.WriteEndArray();
                }
                else
                {
                    writer.WriteNullValue();
                }

                Skip(field);
                return;
            }

            writer.WriteStartArray();
            do
            {
                writeItem();
            } while (guide.Repetition >= field.MaxRepetitionLevel);

            writer.WriteEndArray();
        }

        /// <summary>Skips a missing field, which has one entry in each leaf.</summary>
        private void Skip(Field field)
        {
            foreach (var cursor in Cursors(field))
            {
                cursor.Advance();
            }
        }

        private IEnumerable<Cursor> Cursors(Field field) => LeavesOf(field).Select(l => cursors.GetValueOrDefault(l)).OfType<Cursor>();
    }
}
