using System.Runtime.InteropServices;
using SkillFactory.Engine.Devices;
using SkillFactory.Primitives.Errors;
using TorchSharp;

namespace SkillFactory.Engine.Native;

/// <summary>What the process computes with.</summary>
/// <param name="Path">Folder of libtorch.</param>
/// <param name="Version">Version of libtorch; "of unknown version" for one of the user's that does not say.</param>
/// <param name="External">Whether it was chosen by <see cref="TorchLibrary.Variable"/>.</param>
/// <param name="CudaAvailable">Whether CUDA devices can be used.</param>
/// <param name="CudaDevices">How many.</param>
public sealed record TorchDescription(string Path, string Version, bool External, bool CudaAvailable, int CudaDevices);

/// <summary>
/// Loads libtorch before TorchSharp looks for it, from absolute paths and in the order in which its libraries need each other: what is in the
/// process already wins, and a failure says what it was. Everything that computes calls <see cref="Use"/> first.
/// </summary>
public static class TorchLibrary
{
    /// <summary>Environment variable: folder of a libtorch to use instead of a packaged one. Only for builds that carry none (<c>-p:Torch=none</c>).</summary>
    public const string Variable = "SKILLFACTORY_LIBTORCH";

    /// <summary>The libtorch release that TorchSharp's binary is made for.</summary>
    public const string TestedVersion = "2.10";

    private static readonly Lock Gate = new();
    private static readonly HashSet<DeviceSpec> Tested = [];
    private static string? _folder;

    private static string Version => IsExternal ? TorchFiles.VersionOf(_folder!) ?? "of unknown version" : torch.__version__;

    private static bool IsExternal => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(Variable));

    /// <summary>Loads the library; later calls do nothing. Safe from any thread.</summary>
    /// <exception cref="UserErrorException">It cannot be loaded; the message says why and what to do.</exception>
    public static void Load()
    {
        lock (Gate)
        {
            if (_folder is not null)
            {
                return;
            }

            AllocatorTuning.Apply();
            var external = IsExternal ? Environment.GetEnvironmentVariable(Variable) : null;
            var files = TorchFiles.Find(external, TorchFiles.SearchedFolders());
            foreach (var file in files)
            {
                LoadFile(file);
            }

            torch.InitializeDeviceType(DeviceType.CPU);
            _folder = Path.GetDirectoryName(files[0]);
        }
    }

    /// <summary>
    /// Loads the library and makes sure that <paramref name="device"/> can be used. On CUDA, and with a libtorch of the user's choice, the
    /// device must pass <see cref="NativeSelfTest"/> once per process: a library of another release can load and compute nonsense.
    /// </summary>
    /// <exception cref="UserErrorException">The library does not load, the device is not there, or the self-test fails.</exception>
    public static void Use(DeviceSpec device)
    {
        Load();
        if (!device.IsCpu)
        {
            RequireCuda(device);
        }
        else if (!IsExternal)
        {
            return;
        }

        lock (Gate)
        {
            if (Tested.Contains(device))
            {
                return;
            }

            if (!device.IsCpu)
            {
                CudaDeterminism.Switch(Path.Combine(_folder!, TorchFiles.FileName("torch_cpu")), on: true);
            }

            if (NativeSelfTest.Run(device.Torch) is { Count: > 0 } failures)
            {
                throw new UserErrorException(
                    $"libtorch {Version} in {_folder} computes wrong values on {device}, so it is not used; failed: {string.Join("; ", failures)}"
                );
            }

            Tested.Add(device);
        }
    }

    /// <summary>What is loaded. Loads it if need be.</summary>
    /// <exception cref="UserErrorException">As for <see cref="Load"/>.</exception>
    public static TorchDescription Describe()
    {
        Load();
        var cuda = torch.cuda.is_available();
        return new TorchDescription(_folder!, Version, IsExternal, cuda, cuda ? torch.cuda.device_count() : 0);
    }

    private static void LoadFile(string path)
    {
        try
        {
            NativeLibrary.Load(path);
        }
        catch (Exception error) when (error is DllNotFoundException or BadImageFormatException)
        {
            throw new UserErrorException($"libtorch cannot be used: {LoadFailure.Explain(path, error.Message)}", error);
        }
    }

    private static void RequireCuda(DeviceSpec device)
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new UserErrorException($"device '{device}' cannot be used: CUDA devices are supported on Linux only. Use device 'cpu'");
        }

        if (!File.Exists(Path.Combine(_folder!, TorchFiles.FileName("torch_cuda"))))
        {
            throw new UserErrorException(
                $"device '{device}' needs a libtorch with CUDA; the one in {_folder} has none. Use device 'cpu', or set {Variable} in a build without libtorch"
            );
        }

        if (!torch.cuda.is_available())
        {
            throw new UserErrorException(
                $"device '{device}' cannot be used: libtorch has CUDA, but finds no usable NVIDIA driver or device (see nvidia-smi)"
            );
        }

        if (device.Index >= torch.cuda.device_count())
        {
            throw new UserErrorException(
                $"device '{device}' does not exist: there are {torch.cuda.device_count()} CUDA devices, numbered from 0"
            );
        }
    }
}
