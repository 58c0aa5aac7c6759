using Orleans.Concurrency;

namespace SkillFactory.Contracts.Experiments;

/// <summary>Lists the experiments of one tenant (its key). Durable; entries are hints, the experiment grain is the truth.</summary>
[Alias("skillfactory.catalog")]
public interface IExperimentCatalogGrain : IGrainWithStringKey
{
    /// <summary>Adds or updates an entry. Idempotent.</summary>
    [Alias("Record")]
    Task RecordAsync(CatalogEntry entry);

    /// <summary>Newest first; <paramref name="search"/> filters by substring of id or name.</summary>
    [Alias("List")]
    [ReadOnly]
    Task<IReadOnlyList<CatalogEntry>> ListAsync(string? search);
}

[GenerateSerializer, Alias("skillfactory.catalog-entry")]
public sealed record CatalogEntry(
    [property: Id(0)] string ExperimentId,
    [property: Id(1)] string Name,
    [property: Id(2)] ExperimentPhase Phase,
    [property: Id(3)] DateTimeOffset SubmittedAt,
    [property: Id(4)] string OutputFolder
);
