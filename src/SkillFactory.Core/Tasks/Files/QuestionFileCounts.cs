using SkillFactory.Tables.Rows;

namespace SkillFactory.Core.Tasks.Files;

/// <summary>What was read from a file of questions.</summary>
/// <param name="file">The file.</param>
public sealed class QuestionFileCounts(QuestionFile file)
{
    private readonly SortedDictionary<string, long> _unused = new(StringComparer.Ordinal);

    public QuestionFile File => file;

    /// <summary>Rows read, the bad ones and the repeated ones included.</summary>
    public long Rows { get; internal set; }

    /// <summary>Rows that cannot be used.</summary>
    public BadRows Bad { get; } = new();

    /// <summary>Rows that repeat an earlier row, with the same gold answer, and are skipped.</summary>
    public long Repeated { get; internal set; }

    /// <summary>Columns that hold something and are not used, with the number of those rows.</summary>
    public IReadOnlyDictionary<string, long> Unused => _unused;

    internal void AddUnused(IEnumerable<string> columns)
    {
        foreach (var column in columns)
        {
            _unused[column] = _unused.GetValueOrDefault(column) + 1;
        }
    }
}
