using System.Runtime.InteropServices;
using SkillFactory.Engine.Devices;
using SkillFactory.Primitives.Errors;
using TorchSharp;

namespace SkillFactory.Engine.Native;

/// <summary>
/// Loads libtorch before TorchSharp does, from absolute paths and in the order of the libraries' dependencies, so that a failure can be
/// explained. Call <see cref="Use"/> before any computation.
/// </summary>
public static class TorchLibrary
{
    /// <summary>Environment variable with the folder of a libtorch. Only for builds that do not include one
    /// (<c>-p:Torch=none</c>).</summary>
    public const string Variable = "SKILLFACTORY_LIBTORCH";

    /// <summary>The libtorch release that TorchSharp is built for.</summary>
    public const string TestedVersion = "2.10";

    private static readonly Lock Gate = new();
    private static readonly HashSet<DeviceSpec> Tested = [];
    private static string? _folder;

    private static string Version => IsExternal ? TorchFiles.VersionOf(_folder!) ?? "of unknown version" : torch.__version__;

    private static bool IsExternal => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(Variable));

    /// <summary>Loads the library. Later calls do nothing. Thread-safe.</summary>
    /// <exception cref="UserErrorException">The library cannot be loaded.</exception>
    public static void Load()
    {
        lock (Gate)
        {
            if (_folder is not null)
            {
                return;
            }

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
    /// Loads the library and checks that <paramref name="device"/> can be used. CUDA devices, and all devices of a libtorch that the user
    /// chose, must pass <see cref="NativeSelfTest"/> once per process, because a library of another release can load and compute wrong
    /// values.
    /// </summary>
    /// <exception cref="UserErrorException">The library cannot be loaded, the device does not exist, or the self-test fails.</exception>
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
                    $"libtorch {Version} in {_folder} computes wrong values on {device} and cannot be used; "
                        + $"failed: {string.Join("; ", failures)}"
                );
            }

            Tested.Add(device);
        }
    }

    /// <summary>Loads the library and describes it.</summary>
    /// <exception cref="UserErrorException">The library cannot be loaded.</exception>
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
                $"device '{device}' needs a libtorch with CUDA; the one in {_folder} has no CUDA support. "
                    + $"Use device 'cpu', or set {Variable} in a build without libtorch"
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
