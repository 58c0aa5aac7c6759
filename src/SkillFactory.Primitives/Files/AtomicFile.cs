namespace SkillFactory.Primitives.Files;

/// <summary>Writes files that are either complete or absent.</summary>
public static class AtomicFile
{
    /// <summary>
    /// Writes to a temporary file in the same folder, flushes it to the disk, then renames it to <paramref name="path"/>. Creates the
    /// folder if it is missing. If <paramref name="write"/> fails or is cancelled, the temporary file is deleted and an existing file
    /// keeps its content. A link stays a link: the file that it names is written.
    /// </summary>
    /// <param name="path">The final path.</param>
    /// <param name="write">Writes the content to a seekable stream.</param>
    public static Task WriteAsync(string path, Func<Stream, Task> write, CancellationToken cancellationToken = default) =>
        WriteAsync(path, write, ownerOnly: false, cancellationToken);

    /// <summary>As <see cref="WriteAsync(string, Func{Stream, Task}, CancellationToken)"/>. On Unix only the owner can read and write the
    /// file; on Windows it has the permissions of its folder.</summary>
    public static Task WriteOwnerOnlyAsync(string path, Func<Stream, Task> write, CancellationToken cancellationToken = default) =>
        WriteAsync(path, write, ownerOnly: true, cancellationToken);

    /// <summary>Writes text as UTF-8 without a byte order mark.</summary>
    public static Task WriteTextAsync(string path, string text, CancellationToken cancellationToken = default) =>
        WriteAsync(
            path,
            stream => stream.WriteAsync(System.Text.Encoding.UTF8.GetBytes(text), cancellationToken).AsTask(),
            cancellationToken
        );

    private static async Task WriteAsync(string path, Func<Stream, Task> write, bool ownerOnly, CancellationToken cancellationToken)
    {
        path = new FileInfo(path).LinkTarget is null ? path : File.ResolveLinkTarget(path, returnFinalTarget: true)!.FullName;
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        Directory.CreateDirectory(folder);
        var temporary = Path.Combine(folder, $".{Path.GetFileName(path)}.{Guid.NewGuid():n}.tmp");
        try
        {
            var options = new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.ReadWrite,
                Share = FileShare.None,
                BufferSize = 1 << 16,
                Options = FileOptions.Asynchronous,
            };
            if (ownerOnly && !OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            await using (var stream = new FileStream(temporary, options))
            {
                await write(stream);
                await stream.FlushAsync(cancellationToken);
                stream.Flush(flushToDisk: true);
            }

            cancellationToken.ThrowIfCancellationRequested();
            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }
}
