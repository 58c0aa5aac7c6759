namespace SkillFactory.Data.TraceDatasets;

/// <summary>A folder that receives its files only when all of them are complete. Until then they are in a hidden subfolder, which is
/// deleted at the end.</summary>
internal sealed class StagedFolder : IDisposable
{
    private readonly string _target;
    private readonly bool _made;
    private bool _committed;

    public StagedFolder(string target)
    {
        _target = System.IO.Path.GetFullPath(target);
        _made = !Directory.Exists(_target);
        Path = System.IO.Path.Combine(_target, $".building-{Guid.NewGuid():n}");
        Directory.CreateDirectory(Path);
    }

    public string Path { get; }

    /// <summary>Moves the files into the folder and overwrites existing ones.</summary>
    /// <param name="last">The file that marks the folder as complete; moved last.</param>
    public void Commit(string last)
    {
        foreach (var file in Directory.EnumerateFiles(Path).OrderBy(f => System.IO.Path.GetFileName(f) == last))
        {
            File.Move(file, System.IO.Path.Combine(_target, System.IO.Path.GetFileName(file)), overwrite: true);
        }

        _committed = true;
    }

    public void Dispose()
    {
        Directory.Delete(Path, recursive: true);
        if (_made && !_committed)
        {
            Directory.Delete(_target);
        }
    }
}
