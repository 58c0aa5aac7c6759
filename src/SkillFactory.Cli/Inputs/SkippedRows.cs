using SkillFactory.Primitives.Errors;
using SkillFactory.Primitives.Files;
using SkillFactory.Tables.Rows;

namespace SkillFactory.Cli.Inputs;

/// <summary>Counts and lists input rows that cannot be used. The full list is kept in a temporary file, not in memory.</summary>
/// <param name="skip">True: skip such rows. False: the first one is an error.</param>
internal sealed class SkippedRows(bool skip) : IDisposable
{
    private const int MaxShown = 20;

    private readonly List<RowProblem> _first = [];
    private string? _file;
    private StreamWriter? _list;

    public long Count { get; private set; }

    /// <exception cref="UserErrorException">Bad rows must not be skipped.</exception>
    public void Add(RowProblem problem)
    {
        if (!skip)
        {
            throw new UserErrorException($"{problem} (--skip-bad skips such rows)");
        }

        if (Count++ < MaxShown)
        {
            _first.Add(problem);
        }

        _list ??= new StreamWriter(_file = Path.GetTempFileName());
        _list.Write($"{problem}\n");
    }

    /// <summary>Prints the count and the first rows.</summary>
    public void Write(TextWriter error) => Write(_first, Count, error);

    /// <summary>Prints rows that another reader has skipped.</summary>
    public static void Write(IReadOnlyList<RowProblem> problems, TextWriter error) =>
        Write([.. problems.Take(MaxShown)], problems.Count, error);

    /// <summary>Writes the full list to a file. Without skipped rows, deletes the file of an earlier command.</summary>
    public async Task WriteListAsync(string path, CancellationToken cancellationToken)
    {
        if (_list is null)
        {
            File.Delete(path);
            return;
        }

        await _list.FlushAsync(cancellationToken);
        await using var list = new FileStream(_file!, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        await AtomicFile.WriteAsync(path, stream => list.CopyToAsync(stream, cancellationToken), cancellationToken);
    }

    public void Dispose()
    {
        if (_list is not null)
        {
            _list.Dispose();
            File.Delete(_file!);
        }
    }

    private static void Write(List<RowProblem> first, long count, TextWriter error)
    {
        if (count == 0)
        {
            return;
        }

        error.WriteLine($"{count} {(count == 1 ? "row was" : "rows were")} skipped:");
        foreach (var problem in first)
        {
            error.WriteLine($"  {problem}");
        }

        if (count > MaxShown)
        {
            error.WriteLine($"  and {count - MaxShown} more");
        }
    }
}
