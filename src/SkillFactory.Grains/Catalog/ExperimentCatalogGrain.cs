using Orleans.Runtime;
using SkillFactory.Contracts.Experiments;
using SkillFactory.Contracts.State;

namespace SkillFactory.Grains.Catalog;

/// <summary>Stored state of a tenant's catalog.</summary>
[StateVersion(1)]
public sealed class CatalogState
{
    /// <summary>By experiment id.</summary>
    public Dictionary<string, CatalogEntry> Entries { get; set; } = new(StringComparer.Ordinal);
}

/// <summary>Keeps the experiments of one tenant in one record.</summary>
internal sealed class ExperimentCatalogGrain([PersistentState("catalog")] IPersistentState<CatalogState> storage)
    : Grain,
        IExperimentCatalogGrain
{
    /// <summary>Entries listed at most, so that the answer stays far below the limit on message size.</summary>
    public const int MaxListed = 1000;

    public async Task RecordAsync(CatalogEntry entry)
    {
        if (storage.State.Entries.TryGetValue(entry.ExperimentId, out var known) && known == entry)
        {
            return;
        }

        storage.State.Entries[entry.ExperimentId] = entry;
        try
        {
            await storage.WriteStateAsync();
        }
        catch
        {
            DeactivateOnIdle();
            throw;
        }
    }

    public Task<IReadOnlyList<CatalogEntry>> ListAsync(string? search) =>
        Task.FromResult<IReadOnlyList<CatalogEntry>>([
            .. storage
                .State.Entries.Values.Where(e =>
                    string.IsNullOrEmpty(search)
                    || e.ExperimentId.Contains(search, StringComparison.OrdinalIgnoreCase)
                    || e.Name.Contains(search, StringComparison.OrdinalIgnoreCase)
                )
                .OrderByDescending(e => e.SubmittedAt)
                .ThenBy(e => e.ExperimentId, StringComparer.Ordinal)
                .Take(MaxListed),
        ]);
}
