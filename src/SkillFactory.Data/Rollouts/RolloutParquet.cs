using System.Runtime.CompilerServices;
using Parquet;
using Parquet.Schema;
using SkillFactory.Core.Sampling;
using SkillFactory.Grading;
using SkillFactory.Primitives.Errors;
using SkillFactory.Primitives.Files;
using SkillFactory.Tables.ParquetFiles;
using SkillFactory.Tables.Rows;

namespace SkillFactory.Data.Rollouts;

/// <summary>
/// Reads and writes the rollouts of an experiment as one flat Parquet file that any tool can query. Columns (text unless said otherwise):
/// <c>experiment</c>, <c>seed</c> (int64), <c>arm</c>, <c>stage</c>, <c>checkpoint</c>; <c>id</c>, <c>prompt_id</c>, <c>question_id</c>,
/// <c>task</c>, <c>level</c>, <c>variant</c>, <c>sample_index</c> (int32), <c>parent</c> (null unless a reflection); <c>prompt</c> and
/// <c>gold</c> (the user message without preceding examples, and the gold answer; null if they were not kept), <c>response</c>,
/// <c>opening</c> (the start of the response that the prompt already held; null for most models), <c>outcome</c> (Correct, Wrong,
/// Unparseable, Truncated, Unscored), <c>extracted</c> (may be null), <c>canonical</c> (may be null), <c>reason</c>; <c>token_count</c> and
/// <c>prompt_token_count</c> (int32), <c>log_prob</c> and <c>mean_entropy</c> (double), <c>weights_version</c> (int64). A file may lack
/// <c>opening</c>, <c>gold</c> and <c>canonical</c>.
/// </summary>
public static class RolloutParquet
{
    /// <summary>Rows per row group: bounds the memory of writer and readers.</summary>
    public const int RowsPerGroup = 8192;

    private const string Canonical = "canonical";
    private const string Gold = "gold";
    private const string Opening = "opening";

    /// <summary>Columns that a file may lack: they are null then.</summary>
    private static readonly IReadOnlyList<string> Dispensable = [Gold, Opening, Canonical];

    private static readonly IReadOnlyList<IColumn> Columns =
    [
        new TextColumn("experiment", r => r.Experiment),
        new NumberColumn<long>("seed", r => r.Seed),
        new TextColumn("arm", r => r.Arm),
        new TextColumn("stage", r => r.Stage),
        new TextColumn("checkpoint", r => r.Checkpoint),
        new TextColumn("id", r => r.Rollout.Id),
        new TextColumn("prompt_id", r => r.Rollout.PromptId),
        new TextColumn("question_id", r => r.Rollout.QuestionId),
        new TextColumn("task", r => r.Rollout.Task),
        new TextColumn("level", r => r.Rollout.Level),
        new TextColumn("variant", r => r.Rollout.Variant),
        new NumberColumn<int>("sample_index", r => r.Rollout.SampleIndex),
        new TextColumn("parent", r => r.Rollout.Parent, nullable: true),
        new TextColumn("prompt", r => r.Prompt, nullable: true),
        new TextColumn(Gold, r => r.Gold, nullable: true),
        new TextColumn("response", r => r.Rollout.Response),
        new TextColumn(Opening, r => r.Rollout.Opening, nullable: true),
        new TextColumn("outcome", r => r.Rollout.Outcome.ToString()),
        new TextColumn("extracted", r => r.Rollout.Extracted, nullable: true),
        new TextColumn(Canonical, r => r.Rollout.Canonical, nullable: true),
        new TextColumn("reason", r => r.Rollout.Reason),
        new NumberColumn<int>("token_count", r => r.Rollout.TokenCount),
        new NumberColumn<int>("prompt_token_count", r => r.Rollout.PromptTokenCount),
        new NumberColumn<double>("log_prob", r => r.Rollout.LogProb),
        new NumberColumn<double>("mean_entropy", r => r.Rollout.MeanEntropy),
        new NumberColumn<long>("weights_version", r => r.Rollout.WeightsVersion),
    ];

    /// <summary>Column names in file order.</summary>
    public static IReadOnlyList<string> ColumnNames { get; } = [.. Columns.Select(c => c.Name)];

    /// <summary>Writes rows in groups of <see cref="RowsPerGroup"/>, in order.</summary>
    /// <param name="stream">Seekable; see <see cref="AtomicFile"/>.</param>
    /// <returns>The number of rows.</returns>
    public static async Task<long> WriteAsync(
        Stream stream,
        IAsyncEnumerable<RolloutRow> rows,
        CancellationToken cancellationToken = default
    )
    {
        var schema = new ParquetSchema(Columns.Select(c => (Field)c.Field));
        await using var writer = await ParquetWriter.CreateAsync(schema, stream, null, append: false, cancellationToken);
        var count = 0L;
        await foreach (var chunk in rows.Chunk(RowsPerGroup).WithCancellation(cancellationToken))
        {
            using var group = writer.CreateRowGroup();
            foreach (var column in Columns)
            {
                await column.WriteAsync(group, chunk);
            }

            count += chunk.Length;
        }

        return count;
    }

    /// <summary>Reads rows back, one row group in memory at a time.</summary>
    /// <exception cref="UserErrorException">The file is missing or not Parquet, or it has a missing column or an unknown
    /// outcome.</exception>
    public static async IAsyncEnumerable<RolloutRow> ReadAsync(
        string path,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        await using var stream = DatasetFile.OpenRead(path);
        await using var reader = await ParquetFile.OpenAsync(stream, path, [.. ColumnNames.Except(Dispensable)], cancellationToken);
        var first = 1L;
        for (var g = 0; g < reader.RowGroupCount; g++)
        {
            using var group = reader.OpenRowGroupReader(g);
            var count = checked((int)group.RowCount);
            var values = new Dictionary<string, Array>(StringComparer.Ordinal);
            foreach (var column in Columns)
            {
                values[column.Name] = reader.Schema.DataFields.Any(f => f.Name == column.Name)
                    ? await ReadAsync(column, group, reader.Schema, count, path, cancellationToken)
                    : new string?[count];
            }

            for (var i = 0; i < count; i++)
            {
                yield return Row(values, i, path, first + i);
            }

            first += count;
        }
    }

    private static async Task<Array> ReadAsync(
        IColumn column,
        ParquetRowGroupReader group,
        ParquetSchema schema,
        int count,
        string path,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await column.ReadAsync(group, schema.FindDataField(column.Name), count, cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw new UserErrorException(
                $"{path}: the column '{column.Name}' cannot be read as {column.Field.ClrType.Name}: {e.Message}",
                e
            );
        }
    }

    private static RolloutRow Row(Dictionary<string, Array> values, int i, string path, long row)
    {
        string? Optional(string column) => ((string?[])values[column])[i];
        string Text(string column) =>
            Optional(column) ?? throw new UserErrorException($"{path}, row {row}: '{column}' is null; expected text");
        T Number<T>(string column) => ((T[])values[column])[i];

        var outcome = Text("outcome");
        return new RolloutRow(
            Text("experiment"),
            Number<long>("seed"),
            Text("arm"),
            Text("stage"),
            Text("checkpoint"),
            Optional("prompt"),
            new Rollout
            {
                Id = Text("id"),
                PromptId = Text("prompt_id"),
                QuestionId = Text("question_id"),
                Task = Text("task"),
                Level = Text("level"),
                Variant = Text("variant"),
                SampleIndex = Number<int>("sample_index"),
                Parent = Optional("parent"),
                Response = Text("response"),
                Opening = Optional(Opening),
                Outcome = Enum.TryParse<Outcome>(outcome, out var known)
                    ? known
                    : throw new UserErrorException(
                        $"{path}, row {row}: outcome: found '{outcome}'; expected one of {string.Join(", ", Enum.GetNames<Outcome>())}"
                    ),
                Extracted = Optional("extracted"),
                Canonical = Optional(Canonical),
                Reason = Text("reason"),
                TokenCount = Number<int>("token_count"),
                PromptTokenCount = Number<int>("prompt_token_count"),
                LogProb = Number<double>("log_prob"),
                MeanEntropy = Number<double>("mean_entropy"),
                WeightsVersion = Number<long>("weights_version"),
            }
        )
        {
            Gold = Optional(Gold),
        };
    }

    private interface IColumn
    {
        string Name { get; }

        DataField Field { get; }

        Task WriteAsync(ParquetRowGroupWriter group, RolloutRow[] rows);

        Task<Array> ReadAsync(ParquetRowGroupReader group, DataField field, int count, CancellationToken cancellationToken);
    }

    private sealed class TextColumn(string name, Func<RolloutRow, string?> get, bool nullable = false) : IColumn
    {
        public string Name => name;

        public DataField Field { get; } = new DataField<string>(name, nullable);

        public Task WriteAsync(ParquetRowGroupWriter group, RolloutRow[] rows) =>
            group.WriteAsync(Field, (IReadOnlyCollection<string>)Array.ConvertAll(rows, r => get(r)!));

        public async Task<Array> ReadAsync(ParquetRowGroupReader group, DataField field, int count, CancellationToken cancellationToken)
        {
            var values = new string?[count];
            await group.ReadAsync(field, values.AsMemory(), null, cancellationToken);
            return values;
        }
    }

    private sealed class NumberColumn<T>(string name, Func<RolloutRow, T> get) : IColumn
        where T : struct
    {
        public string Name => name;

        public DataField Field { get; } = new DataField<T>(name);

        public Task WriteAsync(ParquetRowGroupWriter group, RolloutRow[] rows) =>
            group.WriteAsync(Field, (ReadOnlyMemory<T>)Array.ConvertAll(rows, r => get(r)));

        public async Task<Array> ReadAsync(ParquetRowGroupReader group, DataField field, int count, CancellationToken cancellationToken)
        {
            var values = new T[count];
            await group.ReadAsync(field, values.AsMemory(), null, cancellationToken);
            return values;
        }
    }
}
