using System.Runtime.CompilerServices;
using SkillFactory.Core.Traces;
using SkillFactory.Primitives.Errors;
using SkillFactory.Tables.Rows;

namespace SkillFactory.Data.ImportedTraces;

/// <summary>Columns named by the user. If null, the common names are tried.</summary>
public sealed record ImportedTraceColumns(string? Question = null, string? Response = null, string? Gold = null);

/// <summary>Streams imported traces (of R1, QwQ, a frontier model) from a data file; see <see cref="ImportedTraceReader"/>.</summary>
public static class ImportedTraceFile
{
    /// <param name="path">The file.</param>
    /// <param name="columns">The columns that the user named.</param>
    /// <param name="bad">Receives rows that cannot be used. It may throw.</param>
    /// <param name="counts">Receives the counts of the rows that were read.</param>
    /// <param name="check">What is wrong with a trace, or null. Without it, every trace is used.</param>
    /// <exception cref="UserErrorException">The file is missing, empty or damaged.</exception>
    public static async IAsyncEnumerable<ImportedTrace> ReadAsync(
        string path,
        ImportedTraceColumns columns,
        Action<RowProblem> bad,
        ImportedRowCounts? counts = null,
        Func<ImportedTrace, RowProblem?>? check = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        counts ??= new ImportedRowCounts();
        await foreach (var row in TableFile.ReadAsync(path, cancellationToken))
        {
            counts.Rows++;
            ImportedTrace trace;
            try
            {
                trace = ImportedTraceReader.Read(row, columns, out var unused);
                if (check?.Invoke(trace) is { } problem)
                {
                    throw new BadRowException(problem);
                }

                if (!counts.Add(trace, unused))
                {
                    continue;
                }
            }
            catch (BadRowException e)
            {
                bad(e.Problem);
                continue;
            }

            yield return trace;
        }
    }
}
