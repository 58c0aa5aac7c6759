using System.ComponentModel;
using System.Diagnostics;
using SkillFactory.Engine.Devices;
using TorchSharp;

namespace SkillFactory.Cli.Diagnosis;

/// <summary>libtorch: whether it loads, which one, and whether it sees a GPU.</summary>
internal static class TorchChecks
{
    /// <summary>The variable that names a folder to load libtorch from.</summary>
    private const string LibraryFolderVariable = "SKILLFACTORY_LIBTORCH";

    /// <summary>Loads the native library. Everything else about torch needs this.</summary>
    public static Finding Library(Func<string, string?> variable)
    {
        var folder = variable(LibraryFolderVariable);
        var from = string.IsNullOrEmpty(folder) ? "as shipped" : $"from {folder}";
        try
        {
            torch.InitializeDeviceType(DeviceType.CPU);
            return Finding.Ok("torch", $"libtorch {torch.__version__}, {from}");
        }
        catch (Exception e)
        {
            return Finding.Missing("torch", $"libtorch does not load, {from}: {e.Message.ReplaceLineEndings(" ")}", "see docs/troubleshooting.md", required: true);
        }
    }

    /// <summary>CUDA devices through libtorch, the first of them measured; what the driver says when libtorch sees none.</summary>
    public static async Task<Finding> GpuAsync()
    {
        var driver = AskDriver();
        var named = driver.Length > 0 ? $" ({driver})" : "";
        if (!torch.cuda_is_available())
        {
            return driver.Length > 0
                ? Finding.Missing("gpu", $"there is a GPU{named}, but this libtorch cannot use it", $"build with -p:Torch=cuda, or set {LibraryFolderVariable} to a CUDA libtorch")
                : Finding.Missing("gpu", "none; runs use the CPU", "not needed for the shipped recipes");
        }

        var count = torch.cuda.device_count();
        try
        {
            var peak = await SpeedChecks.MatmulPeakAsync(Environment.ProcessorCount, new DeviceSpec("cuda", 0));
            return Finding.Ok("gpu", $"{count} CUDA device{(count == 1 ? "" : "s")}{named}, cuda:0 fp32 {peak / 1e12:0.0} TFLOP/s") with
            {
                Values = new Dictionary<string, double> { ["devices"] = count, ["fp32_tflops"] = peak / 1e12 },
            };
        }
        catch (Exception e)
        {
            return Finding.Warn("gpu", $"{count} CUDA device{(count == 1 ? "" : "s")}{named}, but a matrix product fails: {e.Message.ReplaceLineEndings(" ")}", "runs with device cpu work");
        }
    }

    /// <summary>Names and memory of the GPUs as the NVIDIA driver lists them; empty without one.</summary>
    private static string AskDriver()
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("nvidia-smi", "--query-gpu=name,memory.total --format=csv,noheader")
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            });
            if (process is null || !process.WaitForExit(TimeSpan.FromSeconds(3)) || process.ExitCode != 0)
            {
                return "";
            }

            return string.Join("; ", process.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        }
        catch (Win32Exception)
        {
            return "";
        }
    }
}
