using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace SkillFactory.Engine.Native;

/// <summary>Explains why a native library failed to load, from the report of the system's loader.</summary>
public static partial class LoadFailure
{
    /// <param name="path">The library that was to be loaded.</param>
    /// <param name="report">The loader's report (dlerror), possibly within other text.</param>
    public static string Explain(string path, string report)
    {
        var name = Path.GetFileName(path);
        if (MissingVersion().Match(report) is { Success: true } version)
        {
            return $"{name} needs {version.Groups["version"].Value} of {Path.GetFileName(version.Groups["library"].Value)}, "
                + "which this system's copy lacks; use a newer system (or container image), or a libtorch built for this one";
        }

        if (WrongFormat().IsMatch(report))
        {
            return $"{name} is damaged or made for another processor or system than this one ({RuntimeInformation.RuntimeIdentifier})";
        }

        if (MissingFile().Match(report) is { Success: true } file)
        {
            var missing = Path.GetFileName(file.Groups["library"].Value);
            return missing == name
                ? $"{path} is missing or cannot be read"
                : $"{name} needs {missing}, which is not on this system; install the package that provides it or put it beside {name}";
        }

        if (MissingSymbol().Match(report) is { Success: true } symbol)
        {
            return $"{name} does not match the other libraries: it needs the symbol {symbol.Groups["symbol"].Value}; "
                + "all libraries of libtorch must come from one release";
        }

        // The first line is the runtime's preamble; the report of the system follows.
        var lines = report.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return $"{name} did not load: {string.Join(" ", lines.Length > 1 ? lines[1..] : lines)}";
    }

    [GeneratedRegex(@"(?<library>[^\s:]+): version [`'](?<version>[^']+)' not found")]
    private static partial Regex MissingVersion();

    [GeneratedRegex(
        "invalid ELF header|wrong ELF class|ELF file data encoding|file too short|wrong architecture|incompatible architecture|"
            + "not a valid Win32|0x800700C1|cannot open shared object file: Exec format"
    )]
    private static partial Regex WrongFormat();

    [GeneratedRegex(@"(?<library>[^\s:']+): cannot open shared object file: No such file|Library not loaded: (?<library>\S+)")]
    private static partial Regex MissingFile();

    [GeneratedRegex(@"undefined symbol: (?<symbol>[^\s,)]+)|[Ss]ymbol not found: (?<symbol>\S+)")]
    private static partial Regex MissingSymbol();
}
