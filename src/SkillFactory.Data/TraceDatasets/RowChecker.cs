using System.Text.Json;
using SkillFactory.Tables.Rows;

namespace SkillFactory.Data.TraceDatasets;

/// <summary>Checks rows and brings them into the form of the spool. Not thread-safe.</summary>
/// <param name="reader">For the schema of the file; null if no row of the file was readable so far.</param>
/// <param name="where">Only rows with these values in these columns are selected.</param>
internal sealed class RowChecker(ISourceRows? reader, IReadOnlyList<(string Column, string Value)> where)
{
    private readonly SourceRowWriter _writer = new();

    public CheckedRow Check(TableRow row)
    {
        try
        {
            if (reader is null)
            {
                // Throws if the row is not readable.
                _ = row.Columns;
            }
            else if (where.All(w => Has(row, w.Column, w.Value)) && reader.TryRead(row, out var fields))
            {
                var content = _writer.Write(row, fields, out var hash);
                return new CheckedRow(hash, content, null);
            }

            return default;
        }
        catch (BadRowException e)
        {
            return new CheckedRow(default, null, e.Problem);
        }
    }

    private static bool Has(TableRow row, string column, string wanted)
    {
        var value = row.Value(column, $"a column to choose rows by (--where {column}={wanted})");
        return value.ValueKind switch
        {
            JsonValueKind.Array or JsonValueKind.Object => false,
            JsonValueKind.String => row.Text(column, value) == wanted,
            _ => value.ToString() == wanted,
        };
    }
}

/// <summary>A checked row. A row that is not selected has neither content nor problem.</summary>
/// <param name="Hash">Hash of the question.</param>
/// <param name="Content">The row as <see cref="SourceRowWriter"/> writes it.</param>
/// <param name="Problem">What is wrong with it.</param>
internal readonly record struct CheckedRow(UInt128 Hash, byte[]? Content, RowProblem? Problem);
