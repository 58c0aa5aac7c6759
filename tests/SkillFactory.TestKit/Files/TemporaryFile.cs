namespace SkillFactory.TestKit.Files;

/// <summary>The path of a file in its own temporary folder. Disposing it deletes the folder.</summary>
public sealed class TemporaryFile(string name) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public string Path => System.IO.Path.Combine(_folder.Path, name);

    public async Task WriteAsync(Func<Stream, Task> write)
    {
        await using var stream = File.Create(Path);
        await write(stream);
    }

    public void Dispose() => _folder.Dispose();
}
