namespace SkillFactory.TestKit;

/// <summary>A file name in a folder of its own that goes when the test ends.</summary>
public sealed class TemporaryFile(string name) : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    public string Path => System.IO.Path.Combine(_folder.FullName, name);

    public async Task WriteAsync(Func<Stream, Task> write)
    {
        await using var stream = File.Create(Path);
        await write(stream);
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
