using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using SkillFactory.Cli.Progress;

namespace SkillFactory.Cli.Diagnosis;

/// <summary>The machine: system, cores, memory, disk.</summary>
internal static class MachineChecks
{
    /// <summary>What the quickstart needs at most.</summary>
    private const double NeededMemory = 4e9;
    private const double NeededDisk = 2e9;

    public static Finding System() =>
        Finding.Ok("system", $"{RuntimeInformation.OSDescription.Trim()}, {RuntimeInformation.OSArchitecture}");

    public static Finding Runtime() => Finding.Ok("dotnet", RuntimeInformation.FrameworkDescription);

    public static Finding Cores()
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
            ? Finding.Ok("cores", detail) with
            {
                Values = values,
            }
            : Finding.Warn("cores", detail, "runs take about twice as long as on two cores") with
            {
                Values = values,
            };
    }

    /// <summary>In a few words, for reports: "2 threads, AMD EPYC 7763".</summary>
    public static string Describe()
    {
        const string Cpuinfo = "/proc/cpuinfo";
        var name = File.Exists(Cpuinfo)
            ? File.ReadLines(Cpuinfo).FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))?.Split(':', 2)[^1].Trim()
            : null;
        return $"{Environment.ProcessorCount} threads, {name ?? RuntimeInformation.OSArchitecture.ToString()}";
    }

    public static Finding Memory()
    {
        var (free, total) = ReadMemory();
        var detail = $"{Wording.Bytes(free)} free of {Wording.Bytes(total)}";
        var values = new Dictionary<string, double> { ["free_bytes"] = free, ["total_bytes"] = total };
        return free >= NeededMemory
            ? Finding.Ok("memory", detail) with
            {
                Values = values,
            }
            : Finding.Warn(
                "memory",
                detail,
                $"the quickstart uses up to {Wording.Bytes(NeededMemory)}: close other programs or use a smaller recipe"
            ) with
            {
                Values = values,
            };
    }

    /// <summary>Whether run folders can be written, and how much fits.</summary>
    public static Finding Workspace(string workspace)
    {
        var folder = Path.GetFullPath(workspace);
        try
        {
            // The folder itself need not exist yet: what matters is where it would be made.
            var existing = folder;
            while (!Directory.Exists(existing))
            {
                if (File.Exists(existing))
                {
                    throw new IOException($"'{existing}' is a file");
                }

                existing = Path.GetDirectoryName(existing) ?? Path.GetPathRoot(folder)!;
            }

            var probe = Path.Combine(existing, $".skillfactory-{Guid.NewGuid():n}.tmp");
            using (new FileStream(probe, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose)) { }

            var free = (double)new DriveInfo(existing).AvailableFreeSpace;
            var values = new Dictionary<string, double> { ["free_bytes"] = free };
            var detail = $"{folder}: writable, {Wording.Bytes(free)} free";
            return free >= NeededDisk
                ? Finding.Ok("workspace", detail) with
                {
                    Values = values,
                }
                : Finding.Warn("workspace", detail, "free some space, or point --workspace to a larger disk") with
                {
                    Values = values,
                };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return Finding.Missing(
                "workspace",
                $"{folder}: cannot be written ({e.Message})",
                "point --workspace to a folder you may write to",
                required: true
            );
        }
    }

    private static (double Free, double Total) ReadMemory()
    {
        // What the process may use at most: the machine's memory, or its container's limit.
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
