using System.Runtime.CompilerServices;
using System.Text.Json.Serialization;
using SkillFactory.Core.Tasks;
using SkillFactory.Grading;

namespace SkillFactory.Cli.Grading;

/// <summary>A row of the output. The members are in the order of the columns.</summary>
internal sealed record GradedRow(
    [property: JsonPropertyName("row")] long Row,
    [property: JsonPropertyName("id")] string? Id,
    [property: JsonPropertyName("question")] string Question,
    [property: JsonPropertyName("gold")] string Gold,
    [property: JsonPropertyName("response")] string Response,
    [property: JsonPropertyName("truncated")] bool Truncated,
    [property: JsonPropertyName("outcome")] string Outcome,
    [property: JsonPropertyName("extracted")] string? Extracted,
    [property: JsonPropertyName("canonical")] string? Canonical,
    [property: JsonPropertyName("reason")] string Reason
);

/// <summary>Grades rows on all cores and keeps their order.</summary>
internal static class GradedRows
{
    /// <summary>Number of rows that are held in memory.</summary>
    private const int ChunkSize = 1024;

    public static async IAsyncEnumerable<GradedRow> OfAsync(
        ITask task,
        IAsyncEnumerable<ResponseRow> rows,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        await foreach (var chunk in rows.Chunk(ChunkSize).WithCancellation(cancellationToken))
        {
            var grades = new Grade[chunk.Length];
            Parallel.For(0, chunk.Length, new ParallelOptions { CancellationToken = cancellationToken }, i =>
                grades[i] = task.Grade(chunk[i].Question, chunk[i].Response, chunk[i].Truncated)
            );
            for (var i = 0; i < chunk.Length; i++)
            {
                var (row, grade) = (chunk[i], grades[i]);
                yield return new GradedRow(
                    row.Row,
                    row.Id,
                    row.Question.Text,
                    row.Question.Gold,
                    row.Response,
                    row.Truncated,
                    grade.Outcome.ToString(),
                    grade.Extracted,
                    grade.Canonical,
                    grade.Reason
                );
            }
        }
    }
}
