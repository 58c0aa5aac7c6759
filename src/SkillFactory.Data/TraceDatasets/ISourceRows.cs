using SkillFactory.Tables.Rows;

namespace SkillFactory.Data.TraceDatasets;

/// <summary>Reads the rows of one schema. Thread-safe.</summary>
internal interface ISourceRows
{
    /// <returns>False if traces are not built from rows of this kind.</returns>
    /// <exception cref="BadRowException">The row cannot be used.</exception>
    bool TryRead(TableRow row, out SourceFields fields);
}
