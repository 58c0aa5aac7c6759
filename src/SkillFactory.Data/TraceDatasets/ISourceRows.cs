using SkillFactory.Tables.Rows;

namespace SkillFactory.Data.TraceDatasets;

/// <summary>Reads the rows of one schema. Thread-safe.</summary>
internal interface ISourceRows
{
    /// <returns>False: the row is none that traces are made from.</returns>
    /// <exception cref="BadRowException">The row cannot be used.</exception>
    bool TryRead(RowCells row, out SourceFields fields);
}
