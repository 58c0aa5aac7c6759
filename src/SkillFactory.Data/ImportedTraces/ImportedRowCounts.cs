using System.Security.Cryptography;
using System.Text.Json;
using SkillFactory.Core.Traces;

namespace SkillFactory.Data.ImportedTraces;

/// <summary>Counts of the rows of a file of imported traces.</summary>
public sealed class ImportedRowCounts
{
    private readonly HashSet<UInt128> _seen = [];
    private readonly SortedDictionary<string, long> _unused = new(StringComparer.Ordinal);

    /// <summary>Rows read, the bad ones and the repeated ones included.</summary>
    public long Rows { get; internal set; }

    /// <summary>Rows that repeat an earlier row and are skipped: question, system message, response and gold answer are the same.</summary>
    public long Repeated { get; private set; }

    /// <summary>Rows with a system message.</summary>
    public long WithSystem { get; private set; }

    /// <summary>Columns that hold something and are not used, with the number of those rows.</summary>
    public IReadOnlyDictionary<string, long> Unused => _unused;

    /// <returns>False if the trace repeats an earlier one.</returns>
    internal bool Add(ImportedTrace trace, IEnumerable<string> unused)
    {
        var content = JsonSerializer.SerializeToUtf8Bytes((string?[])[trace.System, trace.User, trace.Response, trace.Gold]);
        if (!_seen.Add(BitConverter.ToUInt128(SHA256.HashData(content))))
        {
            Repeated++;
            return false;
        }

        WithSystem += trace.System is null ? 0 : 1;
        foreach (var column in unused)
        {
            _unused[column] = _unused.GetValueOrDefault(column) + 1;
        }

        return true;
    }
}
