using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using SkillFactory.Engine.Devices;
using SkillFactory.Engine.Native;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Cli.Diagnosis;

/// <summary>Checks that libtorch loads and whether it can use a GPU.</summary>
internal static class TorchChecks
{
    /// <summary>Loads the native library. A libtorch that the user provides must also pass the self-test. The other checks of libtorch
    /// require this one.</summary>
    public static CheckResult Library()
    {
        try
        {
            TorchLibrary.Use(DeviceSpec.Cpu);
            var torch = TorchLibrary.Describe();
            return CheckResult.Ok(
                "torch",
                $"libtorch {torch.Version}, {(torch.External ? $"from {torch.Path}, passes the self-test" : "packaged")}"
            );
        }
        catch (UserErrorException e)
        {
            return CheckResult.Missing("torch", e.Message, "see docs/how-to/troubleshoot.md", required: true);
        }
    }

    /// <summary>Lists the CUDA devices of libtorch and measures the first; without any, reports the GPUs that the driver lists.</summary>
    public static async Task<CheckResult> GpuAsync()
    {
        var driver = QueryDriver();
        var named = driver.Length > 0 ? $" ({driver})" : "";
        var torch = TorchLibrary.Describe();
        if (!torch.CudaAvailable)
        {
            return driver.Length > 0
                ? CheckResult.Missing(
                    "gpu",
                    $"there is a GPU{named}, but this libtorch cannot use it",
                    $"build with -p:Torch=cuda, or set {TorchLibrary.Variable} to a CUDA libtorch"
                )
                : CheckResult.Missing("gpu", "none; runs use the CPU", "the shipped recipes do not need one");
        }

        var count = torch.CudaDevices;
        var devices = $"{count} CUDA device{(count == 1 ? "" : "s")}{named}";
        try
        {
            var first = new DeviceSpec("cuda", 0);
            TorchLibrary.Use(first);
            var peak = await SpeedChecks.MatmulPeakAsync(Environment.ProcessorCount, first);
            return CheckResult.Ok("gpu", $"{devices}; {first} passes the self-test, fp32 {peak / 1e12:0.0} TFLOP/s") with
            {
                Values = new Dictionary<string, double> { ["devices"] = count, ["fp32_tflops"] = peak / 1e12 },
            };
        }
        catch (Exception e) when (e is UserErrorException or ExternalException)
        {
            return CheckResult.Warn("gpu", $"{devices}, but it cannot be used: {e.Message.ReplaceLineEndings(" ")}", "use device cpu");
        }
    }

    /// <summary>Names and memory of the GPUs that the NVIDIA driver lists; empty without a driver.</summary>
    private static string QueryDriver()
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
