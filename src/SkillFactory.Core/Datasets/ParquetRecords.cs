using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Parquet;
using Parquet.Schema;

namespace SkillFactory.Core.Datasets;

/// <summary>
/// The rows of one Parquet row group as JSON objects, whatever their columns: lists and structs nested in each other are put together from
/// the definition and repetition levels of their leaves (Melnik et al. 2010, "Dremel"). Columns of types that have no JSON form, and maps,
/// are null.
/// </summary>
internal sealed class ParquetRecords
{
    // Shown to people in messages about a row.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly IReadOnlyList<Field> _fields;
    private readonly Dictionary<DataField, ParquetLeaf> _leaves;

    private ParquetRecords(IReadOnlyList<Field> fields, Dictionary<DataField, ParquetLeaf> leaves) => (_fields, _leaves) = (fields, leaves);

    /// <param name="columns">The columns to read; null: all. The others are null.</param>
    public static async Task<ParquetRecords> ReadAsync(
        ParquetReader reader, ParquetRowGroupReader group, IReadOnlySet<string>? columns, CancellationToken cancellationToken)
    {
        var leaves = new Dictionary<DataField, ParquetLeaf>();
        foreach (var field in reader.Schema.DataFields.Where(f => columns?.Contains(f.Path.FirstPart!) ?? true))
        {
            if (await ParquetLeaf.ReadAsync(group, field, cancellationToken) is { } leaf)
            {
                leaves[field] = leaf;
            }
        }

        return new ParquetRecords(reader.Schema.Fields, leaves);
    }

    /// <summary>The next row. Call it as often as the group has rows.</summary>
    public ReadOnlyMemory<byte> Next()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Options))
        {
            WriteMembers(writer, _fields);
        }

        return buffer.WrittenMemory;
    }

    private void WriteMembers(Utf8JsonWriter writer, IEnumerable<Field> fields)
    {
        writer.WriteStartObject();
        foreach (var field in fields)
        {
            writer.WritePropertyName(field.Name);
            Write(writer, field);
        }

        writer.WriteEndObject();
    }

    private void Write(Utf8JsonWriter writer, Field field)
    {
        // All leaves of a subtree agree on what of it exists; the first one that was read tells.
        if (Leaves(field).FirstOrDefault() is not { } guide)
        {
            writer.WriteNullValue();
            return;
        }

        switch (field)
        {
            case DataField { IsArray: false }:
                guide.WriteValue(writer);
                break;
            case DataField:
                WriteList(writer, field, guide, () => guide.WriteValue(writer));
                break;
            case ListField list:
                WriteList(writer, field, guide, () => Write(writer, list.Item));
                break;
            case StructField { Fields: var members } when guide.Definition >= field.MaxDefinitionLevel:
                WriteMembers(writer, members);
                break;
            default:
                writer.WriteNullValue();
                Skip(field);
                break;
        }
    }

    private void WriteList(Utf8JsonWriter writer, Field field, ParquetLeaf guide, Action writeItem)
    {
        if (guide.Definition < field.MaxDefinitionLevel)
        {
            // One level less than an item has: there is a list, and it is empty.
            if (guide.Definition == field.MaxDefinitionLevel - 1)
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
        }
        while (guide.Repetition >= field.MaxRepetitionLevel);

        writer.WriteEndArray();
    }

    /// <summary>What does not exist has one entry in each leaf.</summary>
    private void Skip(Field field)
    {
        foreach (var leaf in Leaves(field))
        {
            leaf.Advance();
        }
    }

    private IEnumerable<ParquetLeaf> Leaves(Field field) => field switch
    {
        DataField data => _leaves.TryGetValue(data, out var leaf) ? [leaf] : [],
        ListField list => Leaves(list.Item),
        StructField fields => fields.Fields.SelectMany(Leaves),
        _ => [],
    };
}
