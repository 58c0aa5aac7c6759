using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using SkillFactory.Cli.Progress;
using SkillFactory.Primitives.Files;

namespace SkillFactory.Cli.Diagnosis;

/// <summary>Checks of the operating system, the cores, the memory and the disk.</summary>
internal static class MachineChecks
{
    /// <summary>Upper bound of what the quickstart recipe needs, in bytes.</summary>
    private const double NeededMemory = 4e9;
    private const double NeededDisk = 2e9;

    public static CheckResult System() =>
        CheckResult.Ok("system", $"{RuntimeInformation.OSDescription.Trim()}, {RuntimeInformation.OSArchitecture}");

    public static CheckResult Runtime() => CheckResult.Ok("dotnet", RuntimeInformation.FrameworkDescription);

    public static CheckResult Cores()
    {
        List<string> sets = [];
        if (Avx2.IsSupported && Fma.IsSupported)
        {
            sets.Add("AVX2+FMA");
        }

        if (Avx512F.IsSupported)
        {
            sets.Add("AVX-512");
        }

        var threads = Environment.ProcessorCount;
        var detail =
            $"{threads} hardware {(threads == 1 ? "thread" : "threads")} usable{(sets.Count > 0 ? $", {string.Join(", ", sets)}" : "")}";
        var values = new Dictionary<string, double> { ["threads"] = threads };
        return threads >= 2
            ? CheckResult.Ok("cores", detail) with
            {
                Values = values,
            }
            : CheckResult.Warn("cores", detail, "runs take about twice as long as with two cores") with
            {
                Values = values,
            };
    }

    /// <summary>A short description for reports, e.g. "2 threads, AMD EPYC 7763".</summary>
    public static string Describe()
    {
        const string Cpuinfo = "/proc/cpuinfo";
        var name = File.Exists(Cpuinfo)
            ? File.ReadLines(Cpuinfo).FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))?.Split(':', 2)[^1].Trim()
            : null;
        return $"{Environment.ProcessorCount} threads, {name ?? RuntimeInformation.OSArchitecture.ToString()}";
    }

    public static CheckResult Memory()
    {
        var (free, total) = ReadMemory();
        var detail = $"{DisplayFormat.Bytes(free)} free of {DisplayFormat.Bytes(total)}";
        var values = new Dictionary<string, double> { ["free_bytes"] = free, ["total_bytes"] = total };
        return free >= NeededMemory
            ? CheckResult.Ok("memory", detail) with
            {
                Values = values,
            }
            : CheckResult.Warn(
                "memory",
                detail,
                $"the quickstart uses up to {DisplayFormat.Bytes(NeededMemory)}: close other programs or use a smaller recipe"
            ) with
            {
                Values = values,
            };
    }

    /// <summary>Checks that the workspace can be written, and the free space of its disk.</summary>
    public static CheckResult Workspace(string workspace)
    {
        var folder = Path.GetFullPath(workspace);
        try
        {
            var existing = WritableFolder.Probe(folder);
            var free = (double)new DriveInfo(existing).AvailableFreeSpace;
            var values = new Dictionary<string, double> { ["free_bytes"] = free };
            var detail = $"{folder}: writable, {DisplayFormat.Bytes(free)} free";
            return free >= NeededDisk
                ? CheckResult.Ok("workspace", detail) with
                {
                    Values = values,
                }
                : CheckResult.Warn("workspace", detail, "free some space, or use --workspace with a folder on a larger disk") with
                {
                    Values = values,
                };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return CheckResult.Missing(
                "workspace",
                $"{folder}: cannot be written ({e.Message})",
                "use --workspace with a folder that you may write to",
                required: true
            );
        }
    }

    private static (double Free, double Total) ReadMemory()
    {
        // The memory of the machine, or the limit of its container.
        var limit = (double)GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        const string Meminfo = "/proc/meminfo";
        if (!File.Exists(Meminfo))
        {
            return (limit - GC.GetGCMemoryInfo().MemoryLoadBytes, limit);
        }

        var available = File.ReadLines(Meminfo)
            .Where(l => l.StartsWith("MemAvailable:", StringComparison.Ordinal))
            .Select(l => double.Parse(l.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]) * 1024)
            .FirstOrDefault(limit);
        return (Math.Min(available, limit), limit);
    }
}
