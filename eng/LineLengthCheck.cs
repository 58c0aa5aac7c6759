using System;
using System.IO;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

/// <summary>Reports each source line that is longer than the limit as error SF0001.</summary>
public sealed class CheckLineLength : Task
{
    /// <summary>Sources outside of <see cref="Folder"/> (from packages) and below <see cref="GeneratedFolder"/> are skipped.</summary>
    [Required]
    public ITaskItem[] Sources { get; set; }

    [Required]
    public string Folder { get; set; }

    [Required]
    public string GeneratedFolder { get; set; }

    [Required]
    public int MaxLength { get; set; }

    public override bool Execute()
    {
        var folder = Root(Folder);
        var generated = Root(GeneratedFolder);
        foreach (var source in Sources)
        {
            var path = source.GetMetadata("FullPath");
            if (path.StartsWith(folder, StringComparison.Ordinal) && !path.StartsWith(generated, StringComparison.Ordinal))
            {
                Check(path);
            }
        }

        return !Log.HasLoggedErrors;
    }

    private void Check(string path)
    {
        var number = 0;
        foreach (var line in File.ReadLines(path))
        {
            number++;
            if (line.Length > MaxLength)
            {
                var message = $"The line has {line.Length} columns; the limit is {MaxLength}.";
                Log.LogError(null, "SF0001", null, path, number, 0, 0, 0, message);
            }
        }
    }

    private static string Root(string folder) =>
        Path.GetFullPath(folder).TrimEnd(Path.DirectorySeparatorChar) + Path.DirectorySeparatorChar;
}
