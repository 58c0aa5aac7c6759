using SkillFactory.Core.Datasets;

namespace SkillFactory.Core.Interchange;

/// <summary>Reads the rows of one schema. Thread-safe.</summary>
internal interface ISourceRows
{
    /// <summary>The row, or null when it is none that traces are made from.</summary>
    /// <exception cref="BadRowException">The row cannot be used.</exception>
    SourceFields? Read(RowCells row);
}
