using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Engine.Native;

/// <summary>Which native files to load, in order, so that each finds those it needs among those loaded before it.</summary>
public static partial class TorchFiles
{
    /// <summary>TorchSharp's own library; the others are libtorch.</summary>
    public static string Bridge => FileName("LibTorchSharp");

    /// <summary>Libraries of libtorch. Those for CUDA are there only in builds for it.</summary>
    private static readonly (string Name, bool Required)[] Libraries =
    [
        ("c10", true),
        ("torch_cpu", true),
        ("c10_cuda", false),
        ("torch_cuda", false),
        ("torch", true),
    ];

    /// <param name="external">Folder of a libtorch of the user's choice, or null for the packaged one.</param>
    /// <param name="searched">Folders in which this application's native libraries may lie.</param>
    /// <exception cref="UserErrorException">A folder or file is missing, or both a packaged and an external libtorch are there.</exception>
    public static IReadOnlyList<string> Find(string? external, IReadOnlyList<string> searched)
    {
        var bridge = Locate(Bridge, searched)
            ?? throw new UserErrorException(
                $"{Bridge} is not among this application's files (searched: {string.Join(", ", searched)}); the installation is incomplete"
            );
        var packaged = Locate(FileName("torch_cpu"), searched);
        if (external is null)
        {
            return packaged is null
                ? throw new UserErrorException(
                    $"this build carries no libtorch; set {TorchLibrary.Variable} to the folder of one (the 'lib' folder of a PyTorch {TorchLibrary.TestedVersion} installation)"
                )
                : [.. Complete(Path.GetDirectoryName(packaged)!), bridge];
        }

        if (!Directory.Exists(external))
        {
            throw new UserErrorException($"{TorchLibrary.Variable} is '{external}', which is not a folder");
        }

        // TorchSharp itself looks for torch_cpu beside the application first, and two copies in one process corrupt each other.
        return packaged is not null
            ? throw new UserErrorException(
                $"{TorchLibrary.Variable} is set, but this build carries its own libtorch ({packaged}); unset it, or use a build without libtorch (-p:Torch=none)"
            )
            : [.. Complete(Path.GetFullPath(external)), bridge];
    }

    /// <summary>Folders the runtime takes this application's native libraries from.</summary>
    public static IReadOnlyList<string> SearchedFolders()
    {
        var known = (AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "").Split(
            Path.PathSeparator,
            StringSplitOptions.RemoveEmptyEntries
        );
        return
        [
            .. known
                .Append(Path.Combine(AppContext.BaseDirectory, "runtimes", RuntimeInformation.RuntimeIdentifier, "native"))
                .Append(AppContext.BaseDirectory)
                .Select(Path.TrimEndingDirectorySeparator)
                .Distinct(),
        ];
    }

    /// <summary>
    /// The version that a libtorch says it has, in the file beside its folder: "version.py" in a PyTorch installation, "build-version" in a libtorch of its
    /// own. The libraries themselves do not tell, and TorchSharp reports the release it was made for, whatever is loaded.
    /// </summary>
    /// <param name="folder">Folder of the shared libraries.</param>
    /// <returns>E.g. "2.11.0+cu130"; null when there is no such file.</returns>
    public static string? VersionOf(string folder)
    {
        var parent = Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(folder)) ?? "";
        var build = Path.Combine(parent, "build-version");
        if (File.Exists(build))
        {
            return File.ReadAllText(build).Trim();
        }

        var python = Path.Combine(parent, "version.py");
        return File.Exists(python) && PythonVersion().Match(File.ReadAllText(python)) is { Success: true } match
            ? match.Groups["version"].Value
            : null;
    }

    /// <summary>"libx.so", "libx.dylib" or "x.dll", by platform.</summary>
    public static string FileName(string library) =>
        OperatingSystem.IsWindows() ? $"{library}.dll"
        : OperatingSystem.IsMacOS() ? $"lib{library}.dylib"
        : $"lib{library}.so";

    private static List<string> Complete(string folder)
    {
        var files = new List<string>();
        foreach (var (name, required) in Libraries)
        {
            var path = Path.Combine(folder, FileName(name));
            if (File.Exists(path))
            {
                files.Add(path);
            }
            else if (required)
            {
                throw new UserErrorException(
                    $"{folder} holds no {FileName(name)}; expected the folder of libtorch's shared libraries (the 'lib' folder of a PyTorch installation)"
                );
            }
        }

        return files;
    }

    private static string? Locate(string name, IReadOnlyList<string> folders) =>
        folders.Select(f => Path.Combine(f, name)).FirstOrDefault(File.Exists);

    [GeneratedRegex(@"^__version__\s*=\s*['""](?<version>[^'""]+)['""]", RegexOptions.Multiline)]
    private static partial Regex PythonVersion();
}
