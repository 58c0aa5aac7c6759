using SkillFactory.Primitives.Errors;
using SkillFactory.Primitives.Files;
using SkillFactory.Tables.Rows;

namespace SkillFactory.Cli.Inputs;

/// <summary>Counts and lists input rows that cannot be used. The full list is kept in a temporary file, not in memory.</summary>
/// <param name="skip">True: skip such rows. False: they are an error, once all rows are read.</param>
internal sealed class SkippedRows(bool skip) : IDisposable
{
    private readonly BadRows _bad = new();
    private string? _file;
    private StreamWriter? _list;

    public long Count => _bad.Count;

    /// <summary>Whether the work is in vain, because a row is bad and bad rows are not skipped.</summary>
    public bool IsRefused => !skip && _bad.Count > 0;

    public void Add(RowProblem problem)
    {
        _bad.Add(problem);
        if (skip)
        {
            _list ??= new StreamWriter(_file = Path.GetTempFileName());
            _list.Write($"{problem}\n");
        }
    }

    /// <param name="rows">Number of rows read.</param>
    /// <exception cref="UserErrorException">There are bad rows, and they are not skipped.</exception>
    public void ThrowIfRefused(string file, long rows)
    {
        if (IsRefused)
        {
            throw _bad.ToError(file, rows, "--skip-bad");
        }
    }

    /// <summary>Prints the count and the first rows.</summary>
    public void Write(TextWriter error)
    {
        if (_bad.Count == 0)
        {
            return;
        }

        error.WriteLine($"{_bad.Count} {(_bad.Count == 1 ? "row was" : "rows were")} skipped:");
        foreach (var line in _bad.Lines())
        {
            error.WriteLine(line);
        }
    }

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
}
