using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using SkillFactory.Engine.Devices;
using SkillFactory.Engine.Native;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Cli.Diagnosis;

/// <summary>libtorch: whether it loads, which one, and whether it sees a GPU.</summary>
internal static class TorchChecks
{
    /// <summary>Loads the native library and, where it is the user's own, tests what it computes. Everything else about torch needs this.</summary>
    public static Finding Library()
    {
        try
        {
            TorchLibrary.Use(DeviceSpec.Cpu);
            var torch = TorchLibrary.Describe();
            return Finding.Ok(
                "torch",
                $"libtorch {torch.Version}, {(torch.External ? $"from {torch.Path}, passes the self-test" : "as shipped")}"
            );
        }
        catch (UserErrorException e)
        {
            return Finding.Missing("torch", e.Message, "see docs/troubleshooting.md", required: true);
        }
    }

    /// <summary>CUDA devices through libtorch, the first of them measured; what the driver says when libtorch sees none.</summary>
    public static async Task<Finding> GpuAsync()
    {
        var driver = AskDriver();
        var named = driver.Length > 0 ? $" ({driver})" : "";
        var torch = TorchLibrary.Describe();
        if (!torch.CudaAvailable)
        {
            return driver.Length > 0
                ? Finding.Missing(
                    "gpu",
                    $"there is a GPU{named}, but this libtorch cannot use it",
                    $"build with -p:Torch=cuda, or set {TorchLibrary.Variable} to a CUDA libtorch"
                )
                : Finding.Missing("gpu", "none; runs use the CPU", "not needed for the shipped recipes");
        }

        var count = torch.CudaDevices;
        var devices = $"{count} CUDA device{(count == 1 ? "" : "s")}{named}";
        try
        {
            var first = new DeviceSpec("cuda", 0);
            TorchLibrary.Use(first);
            var peak = await SpeedChecks.MatmulPeakAsync(Environment.ProcessorCount, first);
            return Finding.Ok("gpu", $"{devices}; {first} passes the self-test, fp32 {peak / 1e12:0.0} TFLOP/s") with
            {
                Values = new Dictionary<string, double> { ["devices"] = count, ["fp32_tflops"] = peak / 1e12 },
            };
        }
        catch (Exception e) when (e is UserErrorException or ExternalException)
        {
            return Finding.Warn(
                "gpu",
                $"{devices}, but it cannot be used: {e.Message.ReplaceLineEndings(" ")}",
                "runs with device cpu work"
            );
        }
    }

    /// <summary>Names and memory of the GPUs as the NVIDIA driver lists them; empty without one.</summary>
    private static string AskDriver()
    {
        try
        {
            using var process = Process.Start(
                new ProcessStartInfo("nvidia-smi", "--query-gpu=name,memory.total --format=csv,noheader")
                {
                    RedirectStandardOutput = true,
                    RedirectStandardError = true,
                }
            );
            if (process is null || !process.WaitForExit(TimeSpan.FromSeconds(3)) || process.ExitCode != 0)
            {
                return "";
            }

            return string.Join(
                "; ",
                process.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            );
        }
        catch (Win32Exception)
        {
            return "";
        }
    }
}
