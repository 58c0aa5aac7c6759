using SkillFactory.Primitives.Errors;
using SkillFactory.Primitives.Files;
using SkillFactory.Tables.Rows;

namespace SkillFactory.Cli.Inputs;

/// <summary>Rows that cannot be used: the first is an error, or they are left out, counted and listed. The list grows on the disk, not in
/// memory.</summary>
/// <param name="skip">Leave them out.</param>
internal sealed class LeftOutRows(bool skip) : IDisposable
{
    private const int MostShown = 20;

    private readonly List<RowProblem> _first = [];
    private string? _file;
    private StreamWriter? _list;

    public long Count { get; private set; }

    /// <exception cref="UserErrorException">Bad rows are not to be left out.</exception>
    public void Add(RowProblem problem)
    {
        if (!skip)
        {
            throw new UserErrorException($"{problem} (--skip-bad leaves such rows out)");
        }

        if (Count++ < MostShown)
        {
            _first.Add(problem);
        }

        _list ??= new StreamWriter(_file = Path.GetTempFileName());
        _list.Write($"{problem}\n");
    }

    public void Tell(TextWriter error) => Tell(_first, Count, error);

    /// <summary>Tells of rows that were left out elsewhere.</summary>
    public static void Tell(IReadOnlyList<RowProblem> problems, TextWriter error) =>
        Tell([.. problems.Take(MostShown)], problems.Count, error);

    /// <summary>Writes the whole list, because the one on the screen is cut; an old list goes when nothing was left out.</summary>
    public async Task ListAsync(string path, CancellationToken cancellationToken)
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

    private static void Tell(List<RowProblem> first, long count, TextWriter error)
    {
        if (count == 0)
        {
            return;
        }

        error.WriteLine($"{count} {(count == 1 ? "row was" : "rows were")} left out:");
        foreach (var problem in first)
        {
            error.WriteLine($"  {problem}");
        }

        if (count > MostShown)
        {
            error.WriteLine($"  and {count - MostShown} more");
        }
    }
}
