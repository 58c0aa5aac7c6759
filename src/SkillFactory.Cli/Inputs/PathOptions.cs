using System.CommandLine;

namespace SkillFactory.Cli.Inputs;

/// <summary>Checks of options that name a folder or a file. They are part of reading the command line, so nothing is started or written
/// before.</summary>
internal static class PathOptions
{
    /// <summary>Refuses a path where a file stands in the way of a folder.</summary>
    public static Option<T> ForFolder<T>(this Option<T> option) => Check(option, path => (FileOn(path), "a folder"));

    /// <summary>Refuses a path where a folder or a device stands in the place of a file to write, or a file in the place of its
    /// folder.</summary>
    public static Option<T> ForOutputFile<T>(this Option<T> option) =>
        Check(option, path =>
            (
                Directory.Exists(path) ? $"{path} is a folder" : DeviceAt(path) ?? FileOn(Path.GetDirectoryName(Path.GetFullPath(path))),
                "a file"
            )
        );

    private static Option<T> Check<T>(Option<T> option, Func<string, (string? Found, string Expected)> check)
    {
        option.Validators.Add(result =>
        {
            foreach (var path in result.Tokens.Select(t => t.Value).Where(p => !string.IsNullOrWhiteSpace(p)))
            {
                if (check(path) is (string found, var expected))
                {
                    result.AddError($"{option.Name}: {found}; expected {expected}");
                }
            }
        });
        return option;
    }

    /// <summary>The nearest existing part of a path, if that is a file.</summary>
    private static string? FileOn(string? path)
    {
        while (!string.IsNullOrEmpty(path) && !Directory.Exists(path))
        {
            if (File.Exists(path))
            {
                return $"{path} is a file";
            }

            path = Path.GetDirectoryName(path);
        }

        return null;
    }

    /// <summary>Devices and pipes are no files: a file is written under another name and renamed, which would replace them.</summary>
    private static string? DeviceAt(string path)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        // A name such as /dev/stdout may lead to a file that another process writes.
        string[] names = [Path.GetFullPath(path), File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? ""];
        return names.Any(IsOfDevices) ? $"{path} is a device"
            : IsPipe(path) ? $"{path} is a pipe"
            : null;
    }

    private static bool IsOfDevices(string path) =>
        (path.StartsWith("/dev/", StringComparison.Ordinal) && !path.StartsWith("/dev/shm/", StringComparison.Ordinal))
        || path.StartsWith("/proc/", StringComparison.Ordinal);

    private static bool IsPipe(string path)
    {
        try
        {
            // With both directions, opening a pipe does not wait for its other end.
            using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
            return !file.CanSeek;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
