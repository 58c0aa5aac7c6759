using System.Text.Encodings.Web;
using System.Text.Json;
using Parquet;
using Parquet.Schema;
using SkillFactory.Primitives.Files;

namespace SkillFactory.Cli.Grading;

/// <summary>Writes graded rows as JSON lines, or as Parquet with the same columns if the file is named *.parquet.</summary>
internal static class GradedRowFile
{
    /// <summary>Rows per Parquet row group; limits the memory of writer and readers.</summary>
    private const int RowsPerGroup = 8192;

    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly (DataField<string> Field, Func<GradedRow, string?> Get)[] Texts =
    [
        (new("id", true), r => r.Id),
        (new("question", false), r => r.Question),
        (new("gold", false), r => r.Gold),
        (new("response", false), r => r.Response),
        (new("outcome", false), r => r.Outcome),
        (new("extracted", true), r => r.Extracted),
        (new("canonical", true), r => r.Canonical),
        (new("reason", false), r => r.Reason),
    ];

    private static readonly DataField<long> Row = new("row");
    private static readonly DataField<bool> Truncated = new("truncated");

    /// <summary>Writes the file atomically.</summary>
    public static Task WriteAsync(string path, IAsyncEnumerable<GradedRow> rows, CancellationToken cancellationToken) =>
        AtomicFile.WriteAsync(
            path,
            stream =>
                Path.GetExtension(path).Equals(".parquet", StringComparison.OrdinalIgnoreCase)
                    ? WriteParquetAsync(stream, rows, cancellationToken)
                    : WriteLinesAsync(stream, rows, cancellationToken),
            cancellationToken
        );

    private static async Task WriteLinesAsync(Stream stream, IAsyncEnumerable<GradedRow> rows, CancellationToken cancellationToken)
    {
        await foreach (var row in rows.WithCancellation(cancellationToken))
        {
            await stream.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(row, Json), cancellationToken);
            stream.WriteByte((byte)'\n');
        }
    }

    private static async Task WriteParquetAsync(Stream stream, IAsyncEnumerable<GradedRow> rows, CancellationToken cancellationToken)
    {
        var schema = new ParquetSchema([Row, .. Texts[..4].Select(t => t.Field), Truncated, .. Texts[4..].Select(t => t.Field)]);
        await using var writer = await ParquetWriter.CreateAsync(schema, stream, null, append: false, cancellationToken);
        await foreach (var chunk in rows.Chunk(RowsPerGroup).WithCancellation(cancellationToken))
        {
            using var group = writer.CreateRowGroup();
            await WriteGroupAsync(group, chunk);
        }
    }

    private static async Task WriteGroupAsync(ParquetRowGroupWriter group, GradedRow[] rows)
    {
        await group.WriteAsync(Row, (ReadOnlyMemory<long>)Array.ConvertAll(rows, r => r.Row));
        foreach (var (field, get) in Texts[..4])
        {
            await WriteTextAsync(group, field, rows, get);
        }

        await group.WriteAsync(Truncated, (ReadOnlyMemory<bool>)Array.ConvertAll(rows, r => r.Truncated));
        foreach (var (field, get) in Texts[4..])
        {
            await WriteTextAsync(group, field, rows, get);
        }
    }

    private static Task WriteTextAsync(ParquetRowGroupWriter group, DataField field, GradedRow[] rows, Func<GradedRow, string?> get) =>
        group.WriteAsync(field, (IReadOnlyCollection<string>)Array.ConvertAll(rows, r => get(r)!));
}
