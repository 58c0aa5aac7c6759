using Parquet;
using Parquet.Schema;
using SkillFactory.Core.Sampling;
using SkillFactory.Data.Rollouts;
using SkillFactory.Grading;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Data.Tests.Rollouts;

public class RolloutParquetTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(500)]
    public async Task Written_rows_are_read_back(int count)
    {
        using var file = new TemporaryFile("rollouts.parquet");
        var rows = Enumerable.Range(0, count).Select(Row).ToList();
        await file.WriteAsync(async s => Assert.Equal(count, await RolloutParquet.WriteAsync(s, rows.ToAsyncEnumerable())));
        Assert.Equal(rows, await RolloutParquet.ReadAsync(file.Path).ToListAsync());
    }

    [Fact]
    public async Task Row_groups_are_bounded_and_single_columns_can_be_read_alone()
    {
        using var file = new TemporaryFile("rollouts.parquet");
        await file.WriteAsync(s =>
            RolloutParquet.WriteAsync(s, Enumerable.Range(0, RolloutParquet.RowsPerGroup + 10).Select(Row).ToAsyncEnumerable())
        );
        await using var reader = await ParquetReader.CreateAsync(file.Path);
        Assert.Equal(2, reader.RowGroupCount);
        Assert.Equal(RolloutParquet.ColumnNames, reader.Schema.DataFields.Select(f => f.Name));
        using var second = reader.OpenRowGroupReader(1);
        var responses = new string?[second.RowCount];
        await second.ReadAsync(reader.Schema.FindDataField("response"), responses.AsMemory());
        Assert.Equal(Enumerable.Range(RolloutParquet.RowsPerGroup, 10).Select(i => Row(i).Rollout.Response), responses);
    }

    [Fact]
    public async Task A_file_without_the_column_of_openings_has_none()
    {
        using var file = new TemporaryFile("rollouts.parquet");
        var rows = Enumerable.Range(0, 7).Select(Row).ToList();
        await file.WriteAsync(s => RolloutParquet.WriteAsync(s, rows.ToAsyncEnumerable()));
        using var without = new TemporaryFile("without.parquet");
        await without.WriteAsync(s => CopyAsync(file.Path, s, RolloutParquet.ColumnNames.Except(["opening"])));
        Assert.Equal(
            rows.Select(r => r with { Rollout = r.Rollout with { Opening = null } }),
            await RolloutParquet.ReadAsync(without.Path).ToListAsync()
        );
    }

    /// <summary>Every property of a rollout except the token arrays has a column. This fails if a new property has none.</summary>
    [Fact]
    public void Every_property_has_a_column()
    {
        var properties = typeof(Rollout)
            .GetProperties()
            .Concat(typeof(RolloutRow).GetProperties())
            .Select(p => p.Name)
            .Except(["Tokens", "PromptTokens", "LogProbs", "AttemptEnds", "Content", "Verdict", "Rollout", "EqualityContract"]);
        Assert.Equal(
            properties.Select(p => p.ToUpperInvariant()).Order(),
            RolloutParquet.ColumnNames.Select(c => c.Replace("_", "", StringComparison.Ordinal).ToUpperInvariant()).Order()
        );
    }

    [Fact]
    public async Task Errors_name_file_column_and_row()
    {
        using var file = new TemporaryFile("x.parquet");
        Assert.Equal($"{file.Path}: no such file", await ErrorAsync(file));
        await File.WriteAllTextAsync(file.Path, "PAR1 but no more");
        Assert.StartsWith($"{file.Path}: not a Parquet file, or a damaged one: ", await ErrorAsync(file), StringComparison.Ordinal);

        await file.WriteAsync(s => WriteTextColumnsAsync(s, ["experiment", "arm"]));
        Assert.Equal($"{file.Path}: the column 'seed' is missing; found experiment, arm", await ErrorAsync(file));

        await file.WriteAsync(s => WriteTextColumnsAsync(s, RolloutParquet.ColumnNames));
        Assert.StartsWith($"{file.Path}: the column 'seed' cannot be read as Int64: ", await ErrorAsync(file), StringComparison.Ordinal);
    }

    internal static RolloutRow Row(int i) =>
        new(
            $"exp-{i % 3}",
            i - 5,
            i % 2 == 0 ? "rl-only" : "skillfactory",
            "evaluate",
            i % 5 == 0 ? "" : "sft",
            i % 4 == 0 ? null : $"Prompt\n{i} 😀",
            TraceFixture.Attempt("q", i, (Outcome)(i % 5), $"response {i} <answer>{i}</answer>") with
            {
                Parent = i % 3 == 0 ? $"parent#{i}" : null,
                Opening = i % 6 == 0 ? "<think>\n" : null,
                Extracted = i % 7 == 0 ? null : $"{i}",
                Canonical = i % 2 == 0 ? null : $"{i}/1",
                Reason = i % 2 == 0 ? "" : "not equal",
                LogProb = -i * 0.1,
                MeanEntropy = 1.0 / (i + 1),
                WeightsVersion = i * 10_000_000_000L,
            }
        )
        {
            Gold = i % 4 == 0 ? null : $"gold {i}",
        };

    private static async Task<string> ErrorAsync(TemporaryFile file) =>
        (await Assert.ThrowsAsync<UserErrorException>(async () => await RolloutParquet.ReadAsync(file.Path).ToListAsync())).Message;

    private static async Task CopyAsync(string path, Stream stream, IEnumerable<string> columns)
    {
        await using var reader = await ParquetReader.CreateAsync(path);
        var fields = columns.Select(c => reader.Schema.FindDataField(c)).ToList();
        await using var writer = await ParquetWriter.CreateAsync(new ParquetSchema(fields), stream);
        using var from = reader.OpenRowGroupReader(0);
        using var to = writer.CreateRowGroup();
        var count = (int)from.RowCount;
        foreach (var field in fields)
        {
            switch (Type.GetTypeCode(field.ClrType))
            {
                case TypeCode.Int32:
                    await CopyNumbersAsync<int>(field);
                    break;
                case TypeCode.Int64:
                    await CopyNumbersAsync<long>(field);
                    break;
                case TypeCode.Double:
                    await CopyNumbersAsync<double>(field);
                    break;
                default:
                    var texts = new string?[count];
                    await from.ReadAsync(field, texts.AsMemory());
                    await to.WriteAsync(field, (IReadOnlyCollection<string>)texts!);
                    break;
            }
        }

        async Task CopyNumbersAsync<T>(DataField field)
            where T : struct
        {
            var numbers = new T[count];
            await from.ReadAsync(field, numbers.AsMemory());
            await to.WriteAsync(field, (ReadOnlyMemory<T>)numbers);
        }
    }

    private static async Task WriteTextColumnsAsync(Stream stream, IReadOnlyList<string> names)
    {
        var fields = names.Select(n => new DataField<string>(n)).ToList();
        await using var writer = await ParquetWriter.CreateAsync(new ParquetSchema(fields), stream);
        using var group = writer.CreateRowGroup();
        foreach (var field in fields)
        {
            await group.WriteAsync(field, ["text"]);
        }
    }
}
