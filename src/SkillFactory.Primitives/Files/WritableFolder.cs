namespace SkillFactory.Primitives.Files;

/// <summary>Tells whether a folder can be written, which need not exist yet.</summary>
public static class WritableFolder
{
    /// <summary>Writes and removes a file in the nearest existing part of a path.</summary>
    /// <returns>That part.</returns>
    /// <exception cref="IOException">It cannot be written, or a file stands in the way.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public static string Probe(string folder)
    {
        var existing = Path.GetFullPath(folder);
        while (!Directory.Exists(existing))
        {
            if (File.Exists(existing))
            {
                throw new IOException($"'{existing}' is a file");
            }

            existing = Path.GetDirectoryName(existing) ?? Path.GetPathRoot(folder)!;
        }

        var probe = Path.Combine(existing, $".skillfactory-{Guid.NewGuid():n}.tmp");
        using (new FileStream(probe, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose)) { }

        return existing;
    }
}
