using SkillFactory.Primitives.Errors;

namespace SkillFactory.Tables.Rows;

/// <summary>The rows of a file that cannot be used: their number, and the first of them.</summary>
public sealed class BadRows
{
    /// <summary>Number of problems that are kept and shown.</summary>
    public const int MaxShown = 10;

    private readonly List<RowProblem> _first = [];

    public long Count { get; private set; }

    /// <summary>The first problems, at most <see cref="MaxShown"/>.</summary>
    public IReadOnlyList<RowProblem> First => _first;

    public void Add(RowProblem problem)
    {
        if (Count++ < MaxShown)
        {
            _first.Add(problem);
        }
    }

    /// <summary>The first problems, one a line, and how many follow.</summary>
    public IEnumerable<string> Lines()
    {
        foreach (var problem in _first)
        {
            yield return $"  {problem}";
        }

        if (Count > MaxShown)
        {
            yield return $"  and {Count - MaxShown:#,0} more";
        }
    }

    /// <summary>One error for all rows.</summary>
    /// <param name="file">What was read.</param>
    /// <param name="rows">Number of rows read.</param>
    /// <param name="remedy">The key or option that leaves such rows out.</param>
    public UserErrorException ToError(string file, long rows, string remedy) =>
        Count == 1
            ? new UserErrorException($"{_first[0]} (1 of {rows:#,0} rows; {remedy} leaves it out)")
            : new UserErrorException(
                string.Join(
                    Environment.NewLine,
                    Lines().Prepend($"{file}: {Count:#,0} of {rows:#,0} rows cannot be used ({remedy} leaves them out):")
                )
            );
}
