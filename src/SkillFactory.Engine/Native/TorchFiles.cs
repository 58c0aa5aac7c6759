using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Engine.Native;

/// <summary>Finds the native files to load, in an order in which each file's dependencies come before it.</summary>
public static partial class TorchFiles
{
    /// <summary>The native library of TorchSharp. The others belong to libtorch.</summary>
    private static string TorchSharpLibrary => FileName("LibTorchSharp");

    /// <summary>Libraries of libtorch. Only builds for CUDA include the optional ones.</summary>
    private static readonly (string Name, bool Required)[] Libraries =
    [
        ("c10", true),
        ("torch_cpu", true),
        ("c10_cuda", false),
        ("torch_cuda", false),
        ("torch", true),
    ];

    /// <param name="external">Folder of a libtorch that the user chose, or null for the packaged one.</param>
    /// <param name="searched">Folders that may hold this application's native libraries.</param>
    /// <exception cref="UserErrorException">A folder or file is missing, or there are both a packaged and an external libtorch.</exception>
    public static IReadOnlyList<string> Find(string? external, IReadOnlyList<string> searched)
    {
        var torchSharp = Locate(TorchSharpLibrary, searched)
            ?? throw new UserErrorException(
                $"{TorchSharpLibrary} is not among this application's files (searched: {string.Join(", ", searched)}); "
                    + "the installation is incomplete"
            );
        var packaged = Locate(FileName("torch_cpu"), searched);
        if (external is null)
        {
            return packaged is null
                ? throw new UserErrorException(
                    $"this build carries no libtorch; set {TorchLibrary.Variable} to the folder of one "
                        + $"(the 'lib' folder of a PyTorch {TorchLibrary.TestedVersion} installation)"
                )
                : [.. Complete(Path.GetDirectoryName(packaged)!), torchSharp];
        }

        if (!Directory.Exists(external))
        {
            throw new UserErrorException($"{TorchLibrary.Variable} is '{external}', which is not a folder");
        }

        // TorchSharp loads a torch_cpu beside the application first, and two copies in one process corrupt each other.
        return packaged is not null
            ? throw new UserErrorException(
                $"{TorchLibrary.Variable} is set, but this build carries its own libtorch ({packaged}); "
                    + "unset the variable, or use a build without libtorch (-p:Torch=none)"
            )
            : [.. Complete(Path.GetFullPath(external)), torchSharp];
    }

    /// <summary>Folders in which the runtime looks for this application's native libraries.</summary>
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
    /// Reads the version of a libtorch from the parent of its folder: "version.py" in a PyTorch installation, "build-version" in a
    /// standalone libtorch. The libraries have no version of their own, and TorchSharp always reports the release that it was built for.
    /// </summary>
    /// <param name="folder">Folder of the libraries.</param>
    /// <returns>For example "2.11.0+cu130"; null if unknown.</returns>
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

    /// <summary>The file name of a library on this platform: "libx.so", "libx.dylib" or "x.dll".</summary>
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
                    $"{folder} has no {FileName(name)}; "
                        + "expected the folder of libtorch's shared libraries (the 'lib' folder of a PyTorch installation)"
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
